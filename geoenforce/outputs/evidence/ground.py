"""What a case took: areas by class, pieces by parcel, boundary points."""

from collections.abc import Iterator

from geoenforce.core.space import m2_to_mu, mu_to_m2
from geoenforce.core.terms import LandClass, Ridge
from geoenforce.outputs.documents.model import Block, Column, Heading, Show, Table, Value
from geoenforce.outputs.evidence.boundary import boundary_points
from geoenforce.outputs.evidence.case import Case
from geoenforce.outputs.evidence.words import WORDS
from geoenforce.outputs.run_tables import plain_records

_LEAST_M2 = 0.005  # a piece of less would stand there with 0.00
_MU_SLACK = 1e-6  # what floating point may leave between the sum of patches and the case


def area_blocks(case: Case, ridge: str, lang: str) -> Iterator[Block]:
    """
    Give the tables of areas: of the case by class, then of each patch.

    Parameters
    ----------
    case
        The case.
    ridge
        How the run counted field ridges: a code of `Ridge`.
    lang
        ``"zh"`` or ``"en"``.

    Examples
    --------
    >>> [block.caption for block in area_blocks(case, "gross", "zh")][1:]  # doctest: +SKIP
    ['案件各类土地面积', '各图斑面积']
    """
    words = WORDS[lang]
    yield Heading(words["areas"])
    rows = [(kind.name_in(lang), case.row[f"{kind}_mu"], mu_to_m2(case.row[f"{kind}_mu"])) for kind in LandClass]
    columns = (
        Column(words["class"]),
        Column(words["mu"], Show.MU, is_summed=True),
        Column(words["m2"], Show.M2, is_summed=True),
    )
    yield Table(
        words["by_class"], words["by_class"], columns, tuple(rows), words["none"], _area_note(case, ridge, lang)
    )
    yield _by_patch(case, lang)


def _area_note(case: Case, ridge: str, lang: str) -> str:
    words = WORDS[lang]
    told = [words["area_note"]]
    mu = sum(float(case.counted[f"{kind}_mu"].sum()) for kind in LandClass)
    if mu > sum(case.row[f"{kind}_mu"] for kind in LandClass) + _MU_SLACK:
        told.append(words["overlap_note"])
    if ridge == Ridge.NET.value:
        told.append(words["net_note"])
    return "".join(told) if lang == "zh" else " ".join(told)


def _by_patch(case: Case, lang: str) -> Table:
    words = WORDS[lang]
    has_later = bool((case.patches["approved_afterwards_mu"] > 0).any())
    columns = [
        Column(words["patch_id"], weight=2.2),
        Column(words["is_counted"], weight=0.9),
        Column(words["found_on"], Show.DAY, weight=1.6),
        Column(words["whole_m2"], Show.M2, weight=1.3),
        *(Column(f"{kind.name_in(lang)}{_unit(lang)}", Show.MU, weight=1.1) for kind in LandClass),
        *([Column(words["afterwards"], Show.MU, weight=1.1)] if has_later else []),
    ]
    rows = []
    for patch in plain_records(case.patches.reset_index()):
        counted = words["counted" if patch["is_counted"] else "not_counted"]
        found_on: Value = None if patch["found_on"] is None else patch["found_on"].date()
        row: list[Value] = [str(patch["violation_id"]), counted, found_on, patch["area_m2"]]
        row += [patch[f"{kind}_mu"] for kind in LandClass]
        rows.append((*row, *([patch["approved_afterwards_mu"]] if has_later else [])))
    return Table(words["by_patch"], words["by_patch"], tuple(columns), tuple(rows), words["none"])


def piece_blocks(case: Case, lang: str) -> Iterator[Block]:
    """
    Give the table of pieces by parcel (地类明细表).

    Examples
    --------
    >>> [type(block).__name__ for block in piece_blocks(case, "zh")]  # doctest: +SKIP
    ['Heading', 'Table']
    """
    words = WORDS[lang]
    yield Heading(words["pieces"])
    columns = (
        Column(words["patch_id"], weight=1.9),
        Column(words["parcel"], weight=2.6),
        Column(words["land_code"], weight=0.8),
        Column(words["land_name"], weight=1.0),
        Column(words["class"], weight=1.3),
        Column(words["m2"], Show.M2, weight=1.4, is_summed=True),
        Column(words["mu"], Show.MU, weight=0.9, is_summed=True),
        Column(words["net_m2"], Show.M2, weight=1.4, is_summed=True),
    )
    pieces = [] if case.pieces is None else plain_records(case.pieces.drop(columns=case.pieces.geometry.name))
    shown = [piece for piece in pieces if piece["area_m2"] >= _LEAST_M2]
    note = words["slivers"].format(n=len(pieces) - len(shown)) if len(shown) < len(pieces) else ""
    rows = tuple(
        (
            str(piece["violation_id"]),
            piece["parcel_id"] or words["outside_parcels"],
            piece["land_code"] or "",
            piece["land_name"] or "",
            LandClass.of(piece["land_class"]).name_in(lang),
            piece["area_m2"],
            m2_to_mu(piece["area_m2"]),
            piece["net_area_m2"],
        )
        for piece in shown
    )
    yield Table(words["pieces_caption"], words["pieces"], columns, rows, words["no_pieces"], note)


def point_blocks(case: Case, lang: str) -> Iterator[Block]:
    """
    Give the table of boundary points (界址点坐标).

    Examples
    --------
    >>> [type(block).__name__ for block in point_blocks(case, "zh")]  # doctest: +SKIP
    ['Heading', 'Table']
    """
    words = WORDS[lang]
    yield Heading(words["points"])
    columns = (
        Column(words["patch_id"], weight=1.9),
        Column(words["point"], weight=0.8),
        Column(words["ring"], Show.COUNT, weight=0.7),
        Column(words["north_m"], Show.COORDINATE, weight=1.6),
        Column(words["east_m"], Show.COORDINATE, weight=1.7),
        Column(words["side"], Show.COORDINATE, weight=1.3),
    )
    points = boundary_points(case.shapes, case.zone)
    rows = tuple(
        (
            str(one["violation_id"]),
            f"J{one['point']}",
            one["ring"],
            one["x_north_m"],
            one["y_east_m"],
            one["side_m"],
        )
        for one in plain_records(points)
    )
    note = words["points_note"].format(zone=zone_in_words(case, lang))
    yield Table(words["points_caption"], words["points"], columns, rows, words["none"], note)


def zone_in_words(case: Case, lang: str) -> str:
    """
    Name the zone of a case's coordinates.

    Examples
    --------
    >>> zone_in_words(case, "zh")  # doctest: +SKIP
    '3 度带第 39 带'
    """
    return WORDS[lang]["zone"].format(width=case.zone.width_degrees, number=case.zone.number)


def _unit(lang: str) -> str:
    return "（亩）" if lang == "zh" else " (mu)"
