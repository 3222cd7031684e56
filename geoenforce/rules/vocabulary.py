"""The codes that one regulation file may use: the built-in terms, and those it declares itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geoenforce.core.accountability_terms import Actor, Event, Level, Measure, Role
from geoenforce.core.terms import Term

Names = Mapping[str, Mapping[str, tuple[str, str]]]  # kind → code → (中文, English)

#: Section of the file → kind of code that it declares.
SECTIONS = {"declared": "declared", "measures": "measure", "roles": "role", "events": "event", "actors": "actor"}

#: Kind of code → the terms that need no declaration.
BUILT_IN: Mapping[str, type[Term]] = {
    "level": Level,
    "measure": Measure,
    "role": Role,
    "event": Event,
    "actor": Actor,
}

_BUILT_IN_CODES = {kind: {term.value: term for term in terms} for kind, terms in BUILT_IN.items()}

#: What a declared fact is counted in.
RECORD = "record"

_GOVERNMENTS = ("province", "prefecture", "county", "township")
_OFFICES = (*_GOVERNMENTS, "department", "individual")


@dataclass(frozen=True)
class KnownFact:
    """A fact that is computed: its names, its unit, and the levels that have it."""

    zh: str
    en: str
    unit: str
    levels: tuple[str, ...]


_COMPUTED = {
    "serious_cases": KnownFact("未及时制止的情节严重案件", "serious cases not stopped in time", "case", _GOVERNMENTS),
    "especially_serious_cases": KnownFact(
        "未及时制止的情节特别严重案件", "especially serious cases not stopped in time", "case", _GOVERNMENTS
    ),
    "all_serious_cases": KnownFact("情节严重案件", "serious cases", "case", _GOVERNMENTS),
    "all_especially_serious_cases": KnownFact("情节特别严重案件", "especially serious cases", "case", _GOVERNMENTS),
    "illegal_occupation_ratio": KnownFact("违法占用耕地比例", "illegal-occupation ratio", "1", _GOVERNMENTS),
    "illegal_occupation_ratio_after_deductions": KnownFact(
        "违法占用耕地比例（扣减后）", "illegal-occupation ratio after deductions", "1", _GOVERNMENTS
    ),
    "basic_farmland_mu": KnownFact("基本农田", "basic farmland", "mu", ("case",)),
    "other_cultivated_mu": KnownFact("基本农田以外的耕地", "other cultivated land", "mu", ("case",)),
    "other_mu": KnownFact("其他土地", "other land", "mu", ("case",)),
}

#: The indicators of a yearly assessment that can be computed.
KNOWN_INDICATORS = (
    "illegal_occupation_ratio",
    "handled_share_by_number",
    "handled_share_by_area",
    "measures_imposed_share",
    "duties_met_share",
)


def declared_names(data: Mapping[str, Any]) -> Names:
    """
    Collect the codes that a file declares, with their names, as far as they are in order.

    Examples
    --------
    >>> declared_names({"declared": {"obstruction": {"zh": "阻挠查处", "en": "obstruction"}}})["declared"]
    {'obstruction': ('阻挠查处', 'obstruction')}
    """
    names: dict[str, dict[str, tuple[str, str]]] = {kind: {} for kind in SECTIONS.values()}
    for section, kind in SECTIONS.items():
        given = data.get(section, {})
        for code, pair in (given if isinstance(given, Mapping) else {}).items():
            both = pair if isinstance(pair, Mapping) else {}
            names[kind][code] = (str(both.get("zh", code)), str(both.get("en", code)))
    return names


def known_codes(kind: str, names: Names) -> tuple[str, ...]:
    """
    List the codes of a kind: the built-in ones, then those the file declares.

    Examples
    --------
    >>> known_codes("level", {})[:3]
    ('province', 'prefecture', 'county')
    """
    built_in = (term.value for term in BUILT_IN.get(kind, ()))
    return (*built_in, *names.get(kind, {}))


def computed_facts(names: Names) -> dict[str, KnownFact]:
    """
    List the facts that are computed; each measure adds two, from the register of measures.

    ``<measure>_received`` counts how often it was imposed in the year; ``<measure>_correction_overdue`` how many of
    those whose correction deadline passed in the year had not led to correction by then.

    Examples
    --------
    >>> facts = computed_facts({})
    >>> facts["admonishment_talk_received"].zh, facts["admonishment_talk_correction_overdue"].unit
    ('受诫勉谈话', 'measure')
    """
    facts = dict(_COMPUTED)
    for code in known_codes("measure", names):
        zh, en = name_pair("measure", code, names)
        facts[f"{code}_received"] = KnownFact(f"受{zh}", f"{en} received", "measure", _OFFICES)
        facts[f"{code}_correction_overdue"] = KnownFact(
            f"{zh}后逾期未纠正", f"{en}, correction overdue", "measure", _OFFICES
        )
    return facts


def name_pair(kind: str, code: str, names: Names) -> tuple[str, str]:
    """
    Return what people call a code, in Chinese and English; the code itself where it has no name.

    Examples
    --------
    >>> name_pair("measure", "interview", {}), name_pair("declared", "unheard_of", {})
    (('约谈', 'interview'), ('unheard_of', 'unheard_of'))
    """
    if code in names.get(kind, {}):
        return names[kind][code]
    term = _BUILT_IN_CODES.get(kind, {}).get(code)
    if term is not None:
        return term.zh, term.en
    fact = computed_facts(names).get(code) if kind == "declared" else None
    return (fact.zh, fact.en) if fact else (code, code)
