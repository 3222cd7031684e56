"""QGIS styles (QML) for the store's own layers: what holds now is drawn, what has ended is not."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from geoenforce.core.accountability_tables import NEW_CONSTRUCTION
from geoenforce.core.patrol_tables import TRIPS, UNSEEN
from geoenforce.core.persons import PERSONAL_COLUMNS
from geoenforce.core.tables import APPROVALS, PIECES, TOWNSHIPS, VIOLATIONS, Table
from geoenforce.core.terms import LandClass, Status
from geoenforce.outputs.palette import BORDER, INK, LAND_CLASS_FILL, NO_CASE_TINT, TRACK, UNCOUNTED, UNIT_COLORS
from geoenforce.outputs.qgis import DAYS_UNSEEN, land_class_looks, qml_of, unseen_looks
from geoenforce.outputs.qgis_symbols import Fill, Line, Look

#: The colour of a confirmed patch: its case's grade is in another table.
_CONFIRMED = UNIT_COLORS[5]

#: The value of everything that holds, where there is but one look.
_HOLDS = "holds"

_NAMES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "townships": {"zh": "乡镇（街道）", "en": "township"},
        "approvals": {"zh": "批准用地", "en": "approved land"},
        "trips": {"zh": "巡查轨迹", "en": "patrol track"},
        "new_construction": {"zh": "新增建设用地", "en": "new construction land"},
    }
)


def store_styles(lang: str) -> dict[str, str]:
    """
    Return the QML of each layer of the store, by its table's name in the database.

    Rows that have ended (their ``until`` is filled) get no symbol, so that a layer shows what holds now.

    Parameters
    ----------
    lang
        Language of the legend and of the fields' names: ``"zh"`` or ``"en"``.

    Examples
    --------
    >>> sorted(store_styles("zh"))
    ['approvals', 'new_construction', 'pieces', 'townships', 'trips', 'unseen', 'violations']
    """
    approved = LAND_CLASS_FILL[LandClass.APPROVED]
    layers: dict[str, tuple[Table, str, Sequence[Look]]] = {
        "townships": (TOWNSHIPS, _one(), [_fill("townships", NO_CASE_TINT, BORDER, 0.4, lang)]),
        "approvals": (APPROVALS, _one(), [_fill("approvals", approved, BORDER, 0.6, lang)]),
        "violations": (VIOLATIONS, '"status"', _statuses(lang)),
        "pieces": (PIECES, '"land_class"', land_class_looks(lang)),
        "trips": (TRIPS, _one(), [Line(_HOLDS, _NAMES["trips"][lang], TRACK)]),
        "unseen": (UNSEEN, DAYS_UNSEEN, unseen_looks(lang)),
        "new_construction": (NEW_CONSTRUCTION, _one(), [_fill("new_construction", UNCOUNTED, INK, 0.3, lang)]),
    }
    labels = {"townships": '"township_name"', "violations": '"violation_id"'}
    return {
        name: qml_of(
            _while_it_holds(value),
            looks,
            label=_while_it_holds(labels.get(name, "")),
            aliases={column.name: column.label(lang) for column in table if column.name not in PERSONAL_COLUMNS},
        )
        for name, (table, value, looks) in layers.items()
    }


def _one() -> str:
    return f"'{_HOLDS}'"


def _while_it_holds(expression: str) -> str:
    return expression and f'CASE WHEN "until" IS NULL THEN {expression} END'


def _fill(layer: str, color: str, edge: str, opacity: float, lang: str) -> Fill:
    return Fill(_HOLDS, _NAMES[layer][lang], color, edge, opacity)


def _statuses(lang: str) -> list[Fill]:
    return [
        Fill(
            status,
            status.name_in(lang),
            _CONFIRMED if status is Status.CONFIRMED else UNCOUNTED,
            INK,
            opacity=0.6 if status is Status.CONFIRMED else 0.15,
            dashed=status is Status.SUSPECTED,
        )
        for status in Status
    ]
