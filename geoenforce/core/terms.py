"""The words of the trade, each with its code and its Chinese and English name."""

from enum import StrEnum
from typing import Self

from geoenforce.core.errors import InputError


class Term(StrEnum):
    """A code that programs read, with the names that people read."""

    zh: str
    en: str

    def __new__(cls, code: str, zh: str, en: str) -> Self:
        """Make the member equal to its code and keep its two names beside it."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.zh = zh
        member.en = en
        return member

    @classmethod
    def of(cls, code: str) -> Self:
        """
        Return the member with a code.

        Examples
        --------
        >>> Severity.of("serious")
        <Severity.SERIOUS: 'serious'>
        """
        found = cls._value2member_map_.get(code)  # a thousand times as often asked as anything else here
        if isinstance(found, cls):
            return found
        message = f"There is no {cls.__name__} '{code}'; known are {list(cls.codes())}."
        raise InputError(message)

    @classmethod
    def codes(cls) -> tuple[str, ...]:
        """
        Return every code, in the order of the members.

        Examples
        --------
        >>> Severity.codes()
        ('ordinary', 'serious', 'especially_serious')
        """
        return tuple(member.value for member in cls)

    def name_in(self, lang: str) -> str:
        """
        Return the name for people, in Chinese (``"zh"``) or English (``"en"``).

        Examples
        --------
        >>> Severity.SERIOUS.name_in("zh")
        '情节严重'
        """
        return self.en if lang == "en" else self.zh


class LandClass(Term):
    """The four classes that a violation's ground is split into, most protected first."""

    APPROVED = "approved", "已批准", "approved"
    BASIC_FARMLAND = "basic_farmland", "基本农田", "basic farmland"
    OTHER_CULTIVATED = "other_cultivated", "基本农田以外的耕地", "other cultivated land"
    OTHER = "other", "其他土地", "other land"


#: The classes that Article 36 counts; approved ground is lawful and only reported.
COUNTED_CLASSES = (LandClass.BASIC_FARMLAND, LandClass.OTHER_CULTIVATED, LandClass.OTHER)


class Severity(Term):
    """How grave a case is, mildest first (揭府〔2009〕56号 第三十六条)."""

    ORDINARY = "ordinary", "一般", "ordinary"
    SERIOUS = "serious", "情节严重", "serious"
    ESPECIALLY_SERIOUS = "especially_serious", "情节特别严重", "especially serious"

    @property
    def rank(self) -> int:
        """
        Return 0 for ordinary, 1 for serious, 2 for especially serious.

        Examples
        --------
        >>> Severity.SERIOUS.rank < Severity.ESPECIALLY_SERIOUS.rank
        True
        """
        return list(Severity).index(self)


class Status(Term):
    """What is known of a violation; only confirmed ones count in findings."""

    SUSPECTED = "suspected", "疑似", "suspected"
    CONFIRMED = "confirmed", "已核实", "confirmed"
    LAWFUL = "lawful", "合法", "lawful"
    DISMISSED = "dismissed", "不予认定", "dismissed"


class LeadSource(Term):
    """Where the first word of a violation came from."""

    PATROL = "patrol", "动态巡查", "patrol"
    SATELLITE = "satellite", "卫片", "satellite"
    HOTLINE = "hotline", "12336举报", "12336 hotline"
    PETITION = "petition", "信访", "petition"
    MEDIA = "media", "媒体", "media"
    WEB = "web", "网络", "web"
    INSPECTION = "inspection", "督察检查", "inspection"


class Operator(Term):
    """How a quantity is compared with a limit; the code is the key in the rule files."""

    AT_LEAST = "at_least", "以上（含本数）", "at least"
    MORE_THAN = "more_than", "超过（不含本数）", "more than"
    LESS_THAN = "less_than", "不满（不含本数）", "less than"
    AT_MOST = "at_most", "不超过（含本数）", "at most"

    @property
    def sign(self) -> str:
        """
        Return the sign for formulas.

        Examples
        --------
        >>> Operator.AT_LEAST.sign
        '≥'
        """
        return {"at_least": "≥", "more_than": ">", "less_than": "<", "at_most": "≤"}[self.value]


class Ridge(Term):
    """Whether the field ridges (田坎) inside a parcel count as cultivated land."""

    GROSS = "gross", "含田坎（毛面积）", "gross, ridges included"
    NET = "net", "扣除田坎（净面积）", "net, ridges deducted"


class Action(Term):
    """What became of an input row that has an issue."""

    ACCEPTED = "accepted", "采用", "accepted"
    REPAIRED = "repaired", "修复后采用", "accepted with a repair"
    REJECTED = "rejected", "剔除", "rejected"
    NOTED = "noted", "提示", "noted"
