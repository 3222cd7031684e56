"""What kind of party a name belongs to: the files of the trade name the party, seldom its kind."""

import re
from typing import Any

import pandas as pd

from geoenforce.core.terms import Term


class PartyType(Term):
    """The kind of a party, as far as its name tells; it names nobody and is no personal data."""

    GOVERNMENT = "government", "政府机关和事业单位", "government body"
    COLLECTIVE = "collective", "农村集体", "village collective"
    ENTERPRISE = "enterprise", "企业", "enterprise"
    COOPERATIVE = "cooperative", "专业合作社和家庭农场", "cooperative or family farm"
    PERSON = "person", "个人", "person"
    OTHER = "other", "其他或无法判断", "other or not clear"
    NONE = "none", "未填写", "not given"


# In this order, for a name may hold several of the words: 某某村股份经济合作社 is a collective, no cooperative.
_WORDS = {
    PartyType.COLLECTIVE: r"村委会|村民委员会|居委会|居民委员会|村民小组|经济联合社|经济联社|经济社|经济合作社|"
    r"村集体|股份合作社|(村|社区|组)$",
    PartyType.COOPERATIVE: r"专业合作社|合作社|家庭农场|农场",
    PartyType.ENTERPRISE: r"公司|集团|厂|企业|商行|经营部|工作室|店|矿|场$",
    PartyType.GOVERNMENT: r"人民政府|政府|管委会|管理委员会|街道办|办事处|指挥部|学校|中学|小学|大学|学院|幼儿园|医院|"
    r"卫生院|法院|检察院|派出所|(局|厅|委|所|站|中心|院|办)$",
}
_PERSON = re.compile(r"^[\u4e00-\u9fff·]{2,4}$|^[\u4e00-\u9fff]某{1,2}$")


def party_type(name: Any) -> PartyType:
    """
    Say what kind of party a name belongs to.

    Examples
    --------
    >>> [party_type(name).value for name in ("示范县某建材有限公司", "青禾镇青石村村民委员会", "青禾镇人民政府")]
    ['enterprise', 'collective', 'government']
    >>> [party_type(name).value for name in ("张某", "某专业合作社", "A-17", None)]
    ['person', 'cooperative', 'other', 'none']
    """
    text = "" if pd.isna(name) else str(name).strip()
    if not text:
        return PartyType.NONE
    named = next((kind for kind, words in _WORDS.items() if re.search(words, text)), None)
    if named is not None:
        return named
    return PartyType.PERSON if _PERSON.match(text) else PartyType.OTHER
