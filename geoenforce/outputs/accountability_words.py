"""Findings, warnings and indicators in words: short sentences with the names of the regulation they rest on."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any

import pandas as pd

from geoenforce.core.terms import Operator, Term
from geoenforce.outputs.wording import beside, mu_figure, percent_figure
from geoenforce.rules.vocabulary import RECORD, Names, name_pair

Record = Mapping[Any, Any]

#: How an amount is counted, in words; a share is shown in per cent.
_COUNTED_IN = {
    "zh": {"case": " 宗", "record": " 条", "measure": " 次", "mu": " 亩", "duty": " 项"},
    "en": {"case": "", "record": "", "measure": "", "mu": " mu", "duty": ""},
}
_SHARE = "1"
_OPPOSITE = {"≥": "<", ">": "≤", "<": "≥", "≤": ">"}
_WORDS = {
    "zh": {
        "or": "或", "and": "，并", "grave": "；情节严重的，", "list": "、", "reasons": "；", "while": "，且",
        "recorded": "{fact}（已登记 {number} 条）", "missing": "无法计算", "to_go": "还差 {amount}",
        "land": "再占耕地 {amount}", "land_more": "再占耕地超过 {amount}",
        "time_runs": "{left}（另有 {n} 宗尚可及时制止）",
    },
    "en": {
        "or": " or ", "and": ", with ", "grave": "; if grave: ", "list": ", ", "reasons": "; ", "while": ", while ",
        "recorded": "{fact} (on record: {number})", "missing": "not computable", "to_go": "{amount} to go",
        "land": "{amount} more of cultivated land", "land_more": "more than {amount} more of cultivated land",
        "time_runs": "{left} ({n} more can still be stopped in time)",
    },
}  # fmt: skip


class IndicatorName(Term):
    """What people call the indicators of the yearly assessment."""

    ILLEGAL_OCCUPATION_RATIO = "illegal_occupation_ratio", "违法占用耕地比例", "illegal-occupation ratio"
    HANDLED_SHARE_BY_NUMBER = "handled_share_by_number", "查处到位率（宗数）", "cases dealt with, by number"
    HANDLED_SHARE_BY_AREA = "handled_share_by_area", "查处到位率（面积）", "cases dealt with, by area"
    MEASURES_IMPOSED_SHARE = "measures_imposed_share", "责任追究落实率", "measures imposed"
    DUTIES_MET_SHARE = "duties_met_share", "共管责任落实率", "duties met in time"


class NotComputable(Term):
    """Why an indicator has no value."""

    NO_NEW_CONSTRUCTION = "no_new_construction", "无新增建设用地占用耕地数据", "no cultivated land taken is known"
    NO_CASES = "no_cases", "本年度无案件", "no case in the year"
    NO_FINDINGS = "no_findings", "本年度未触及条款", "no finding in the year"
    NO_DUTIES = "no_duties", "本年度无到期职责", "no duty has come due"


@dataclass(frozen=True)
class Wording:
    """The names that regulations give to their codes, in one language."""

    names: Mapping[str, Names]  # regulation → kind → code → (中文, English)
    lang: str

    def name(self, kind: str, code: str, regulation: str = "") -> str:
        """
        Return what people call a code of a regulation; the code itself where nobody has named it.

        Examples
        --------
        >>> Wording({"mine": {"measure": {"tea": ("喝茶", "tea")}}}, "zh").name("measure", "tea", "mine")
        '喝茶'
        >>> Wording({}, "en").name("role", "main_leader"), Wording({}, "en").name("declared", "unheard_of")
        ('main leader', 'unheard_of')
        """
        zh, en = name_pair(kind, code, self.names.get(regulation, {}))
        return en if self.lang == "en" else zh

    def listed(self, kind: str, codes: Any, regulation: str = "") -> str:
        """
        Name several codes; they come as a list, or as one text with ``;`` between.

        Examples
        --------
        >>> Wording({}, "zh").listed("role", "first_responsible;directly_responsible")
        '第一责任人、直接责任人'
        """
        return self.word("list").join(self.name(kind, code, regulation) for code in codes_in(codes))

    def word(self, key: str) -> str:
        """
        Return one of the small words between the names.

        Examples
        --------
        >>> Wording({}, "en").word("list")
        ', '
        """
        return _WORDS[self.lang][key]


def named(terms: type[Term], code: Any, lang: str) -> str:
    """
    Name a code; one that is not in the list is shown as it is, and a missing one is empty.

    Examples
    --------
    >>> named(NotComputable, "no_cases", "zh"), named(IndicatorName, "mine", "zh"), named(IndicatorName, None, "zh")
    ('本年度无案件', 'mine', '')
    """
    if pd.isna(code):
        return ""
    return terms.of(code).name_in(lang) if code in set(terms) else str(code)


def codes_in(codes: Any) -> list[str]:
    """
    Split a text with ``;`` between codes; a list stays what it is and a missing value is empty.

    Examples
    --------
    >>> codes_in("demerit; major_demerit"), codes_in(None), codes_in(["demerit"])
    (['demerit', 'major_demerit'], [], ['demerit'])
    """
    if isinstance(codes, list | tuple):
        return [str(code) for code in codes]
    return [] if pd.isna(codes) else [code.strip() for code in str(codes).split(";") if code.strip()]


def reasons_of(finding: Record) -> list[dict[str, Any]]:
    """
    Return the circumstances of a finding, be they JSON text or read already.

    Examples
    --------
    >>> reasons_of({"because": '[{"fact": "serious_cases"}]'})
    [{'fact': 'serious_cases'}]
    """
    because = finding["because"]
    return list(json.loads(because)) if isinstance(because, str) else list(because)


def measures_in_words(finding: Record, words: Wording) -> str:
    """
    Say all that an article names as the consequence.

    Examples
    --------
    >>> finding = {"regulation": "", "measure": "demerit", "or_measures": "major_demerit",
    ...            "and_measures": "circulated_criticism", "if_grave": None}
    >>> measures_in_words(finding, Wording({}, "zh")), measures_in_words(finding, Wording({}, "en"))
    ('记过或记大过，并通报批评', 'demerit or major demerit, with circulated criticism')
    """

    def joined(codes: Iterable[str]) -> str:
        return words.word("or").join(words.name("measure", code, finding["regulation"]) for code in codes)

    text = joined([finding["measure"], *codes_in(finding["or_measures"])])
    if codes_in(finding["and_measures"]):
        text += words.word("and") + words.listed("measure", finding["and_measures"], finding["regulation"])
    if codes_in(finding["if_grave"]):
        text += words.word("grave") + joined(codes_in(finding["if_grave"]))
    return text


def reason_in_words(reason: Record, words: Wording, regulation: str = "") -> str:
    """
    Say one circumstance that held: the fact, its value, the operator, the limit.

    Examples
    --------
    >>> reason = {"fact": "all_serious_cases", "value": 3, "operator": "at_least", "limit": 3, "unit": "case"}
    >>> reason_in_words(reason, Wording({}, "zh")), reason_in_words(reason, Wording({}, "en"))
    ('情节严重案件 3 宗 ≥ 3 宗', 'serious cases 3 ≥ 3')

    Two decimals of a per cent, or more where two would put the value on or across the limit:

    >>> ratio = {"fact": "illegal_occupation_ratio", "operator": "more_than", "limit": 0.1, "unit": "1"}
    >>> reason_in_words({**ratio, "value": 0.1000004}, Wording({}, "zh"))
    '违法占用耕地比例 10.000040% > 10%'
    """
    fact = words.name("declared", reason["fact"], regulation)
    if _is_recorded(reason):
        text = words.word("recorded").format(fact=fact, number=_plain(reason["value"]))
    else:
        text = f"{fact} {compared(reason, words.lang)}"
    if reason.get("while"):
        text += words.word("while") + reason_in_words(reason["while"], words, regulation)
    return text


def compared(comparison: Record, lang: str) -> str:
    """
    Say a comparison as it is: with the opposite sign where it does not hold.

    Examples
    --------
    >>> compared({"value": 2, "operator": "at_least", "limit": 3, "unit": "case"}, "zh")
    '2 宗 < 3 宗'
    """
    value, limit = Decimal(str(comparison["value"])), Decimal(str(comparison["limit"]))
    sign = Operator.of(comparison["operator"]).sign
    if not _true(value, sign, limit):
        sign = _OPPOSITE[sign]
    unit = comparison["unit"]
    if unit not in (_SHARE, "mu"):
        return f"{amount(value, unit, lang)} {sign} {amount(limit, unit, lang)}"
    factor, end = (100, "%") if unit == _SHARE else (1, _COUNTED_IN[lang][unit])
    return f"{beside(value * factor, limit * factor)}{end} {sign} {_plain(limit * factor)}{end}"


def amount(value: Any, unit: str, lang: str) -> str:
    """
    Say how much, with its unit: a share in per cent, mu, anything else as it is counted.

    Shares and mu have two decimals, or more where two would make them a whole number that they are not.

    Examples
    --------
    >>> amount(0.125, "1", "zh"), amount(7.5, "mu", "en"), amount(3.0, "case", "zh"), amount(None, "1", "zh")
    ('12.50%', '7.50 mu', '3 宗', '无法计算')
    >>> amount(0.149999, "1", "zh"), amount(4.9999, "mu", "en")
    ('14.9999%', '4.9999 mu')
    """
    if pd.isna(value):
        return _WORDS[lang]["missing"]
    if unit == _SHARE:
        return f"{percent_figure(value)}%"
    number = mu_figure(value) if unit == "mu" else _plain(value)
    return f"{number}{_COUNTED_IN[lang].get(unit, f' {unit}')}"


def to_go_in_words(warning: Record, lang: str) -> str:
    """
    Say how far it is to the next trigger, and how many cases that bring it nearer can still be stopped in time.

    Areas are rounded up, so that what is shown does bring the article about.

    Examples
    --------
    >>> cases = {"to_go": 2.0, "to_go_unit": "case", "operator": "at_least"}
    >>> land = {"to_go": 5.8824, "to_go_unit": "mu", "operator": "more_than"}
    >>> to_go_in_words(cases, "zh"), to_go_in_words(cases, "en"), to_go_in_words(land, "zh")
    ('还差 2 宗', '2 cases to go', '再占耕地超过 5.89 亩')
    >>> to_go_in_words({**cases, "time_runs": 1}, "zh")
    '还差 2 宗（另有 1 宗尚可及时制止）'
    """
    left, pending = _left_in_words(warning, lang), warning.get("time_runs")
    if pd.isna(pending) or not pending:  # runs of before do not say it
        return left
    return _WORDS[lang]["time_runs"].format(left=left, n=_plain(pending))


def _left_in_words(warning: Record, lang: str) -> str:
    words, unit, left = _WORDS[lang], warning["to_go_unit"], Decimal(str(warning["to_go"]))
    if unit == "mu":
        more = Operator.of(warning["operator"]) is Operator.MORE_THAN
        shown = left.quantize(Decimal("0.01"), rounding=ROUND_CEILING)
        return words["land_more" if more else "land"].format(amount=f"{shown}{_COUNTED_IN[lang][unit]}")
    if lang == "en":
        return words["to_go"].format(amount=f"{_plain(left)} {unit}{'' if left == 1 else 's'}")
    return words["to_go"].format(amount=amount(left, unit, lang))


def _is_recorded(reason: Record) -> bool:
    """Say whether the circumstance is simply that the fact is on record."""
    operator = reason.get("operator")
    return reason.get("unit") == RECORD and (operator is None or operator not in set(Operator))


def _true(left: Decimal, sign: str, right: Decimal) -> bool:
    return {"≥": left >= right, ">": left > right, "<": left < right, "≤": left <= right}[sign]


def _plain(value: Any) -> str:
    return f"{Decimal(str(value)).normalize():f}"
