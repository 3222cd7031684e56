"""Violations and the land under them, part by part: overlay, pieces, ground of cases."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geoenforce.core.space import to_plane
from geoenforce.core.tables import VIOLATIONS, check
from geoenforce.scale.workers import Workers
from geoenforce.violations.cases import ground_of_cases
from geoenforce.violations.layers import BeforeFirst
from geoenforce.violations.overlay import cut_by_land_class
from geoenforce.violations.pieces import pieces_by_parcel

_AT_MOST = 20_000  # violations in a part, with the land under them; fewer parts cost less on the way
_AT_LEAST = 500  # unless there are fewer in all: a smaller part costs more to send than to work on

Positions = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Stretch:
    """Violations, and everything that they are laid over; all of it, or one part."""

    violations: gpd.GeoDataFrame  # VIOLATIONS
    basic_farmland: gpd.GeoDataFrame  # LAND
    cultivated: gpd.GeoDataFrame  # LAND
    approvals: gpd.GeoDataFrame | None  # APPROVALS
    townships: gpd.GeoDataFrame  # TOWNSHIPS
    before_first_layer: BeforeFirst = "error"
    with_pieces: bool = True


@dataclass(frozen=True)
class Measured:
    """What the stages say of violations."""

    areas: pd.DataFrame  # AREAS
    regions: gpd.GeoDataFrame
    pieces: gpd.GeoDataFrame | None  # PIECES
    cases: gpd.GeoDataFrame  # the ground of cases
    issues: pd.DataFrame  # ISSUES


def measured(whole: Stretch, announce: Callable[[str], None], crew: Workers | None = None) -> Measured:
    """
    Measure, cut and count the ground of violations: here, or part by part on workers; the result is the same.

    A part is a stretch of ground: some violations, all patches of their cases, and what of the layers touches their
    boxes. Each violation is in one part, so nothing is counted twice.

    Parameters
    ----------
    whole
        Violations and layers.
    announce
        Called with a word for each step.
    crew
        Who works on parts; this process does all of it where there is nobody, or only one part.

    Examples
    --------
    >>> measured(Stretch(violations, farmland, parcels, None, townships), print).areas  # doctest: +SKIP
    """
    check(whole.violations, VIOLATIONS)
    blocks = [] if crew is None else blocks_of(whole.violations, crew.count)
    if crew is None or len(blocks) == 1:
        return _measure(whole, announce)
    announce("overlay")
    found = crew.results(_measure, _parts(whole, blocks), len(blocks))
    if whole.with_pieces:
        announce("pieces")
    announce("cases")
    return _together(whole.violations.index, found)


def blocks_of(
    violations: gpd.GeoDataFrame, workers: int, *, rounds: int = 2, at_most: int = _AT_MOST
) -> list[Positions]:
    """
    Cut violations into stretches of ground, along a Hilbert curve; the patches of a case stay together.

    Parameters
    ----------
    violations
        Table VIOLATIONS.
    workers
        How many there are to work on parts.
    rounds
        How many parts each has; more where these were too large, or fewer if too small.
    at_most
        How many violations a part may have.

    Returns
    -------
    blocks
        Positions of the violations of each part, ascending; each is in one of them.

    Examples
    --------
    >>> from geoenforce.core.space import PLANE
    >>> squares = [shapely.box(x, 0, x + 1, 1) for x in range(1500)]
    >>> cases = [f"{number % 700}" for number in range(1500)]  # two or three patches each
    >>> patches = gpd.GeoDataFrame({"case_id": cases}, geometry=squares, crs=PLANE)
    >>> [len(block) for block in blocks_of(patches, 2)]
    [500, 500, 500]
    """
    rounds = max(rounds, -(-len(violations) // (workers * at_most)))  # each worker has as many parts as any other
    count = max(1, min(rounds * workers, len(violations) // _AT_LEAST))
    if count == 1:
        return [np.arange(len(violations))]
    case, _ = pd.factorize(violations["case_id"])
    first = np.unique(case, return_index=True)[1]
    place = violations.geometry.iloc[first].hilbert_distance().to_numpy()
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(place, kind="stable")] = np.arange(len(first))
    patches = np.bincount(rank[case])
    before = np.cumsum(patches) - patches
    block = (before * count // len(violations))[rank[case]]
    blocks = (np.flatnonzero(block == number) for number in range(count))
    return [one for one in blocks if len(one)]


def _parts(whole: Stretch, blocks: list[Positions]) -> Iterator[Stretch]:
    """Cut the layers for each block."""
    owner = np.empty(len(whole.violations), dtype=np.int64)
    for number, block in enumerate(blocks):
        owner[block] = number
    boxes = shapely.box(*shapely.bounds(to_plane(whole.violations).geometry.to_numpy()).T)
    basic, cultivated = (_cutter(layer, boxes, owner) for layer in (whole.basic_farmland, whole.cultivated))
    approvals = None if whole.approvals is None else _cutter(whole.approvals, boxes, owner)
    for number, block in enumerate(blocks):
        yield replace(
            whole,
            violations=whole.violations.iloc[block],
            basic_farmland=basic(number),
            cultivated=cultivated(number),
            approvals=None if approvals is None else approvals(number),
        )


def _cutter(layer: gpd.GeoDataFrame, boxes: Any, owner: Positions) -> Callable[[int], gpd.GeoDataFrame]:
    """Return what cuts a layer for a block: rows that touch a box of its violations, in their order."""
    box, row = shapely.STRtree(to_plane(layer).geometry.to_numpy()).query(boxes)
    of_row = owner[box]
    # One row of each version goes to every part: a version is in force even where nothing of it is near.
    versions = np.flatnonzero(~layer["effective_from"].duplicated()) if "effective_from" in layer else row[:0]
    return lambda number: layer.iloc[np.union1d(row[of_row == number], versions)]


def _measure(part: Stretch, announce: Callable[[str], None] = lambda _: None) -> Measured:
    """Go the stages' way over one part, or over all."""
    announce("overlay")
    cut = cut_by_land_class(
        part.violations,
        part.basic_farmland,
        part.cultivated,
        part.approvals,
        before_first_layer=part.before_first_layer,
    )
    pieces = None
    if part.with_pieces:
        announce("pieces")
        pieces = pieces_by_parcel(cut.regions, part.cultivated, part.townships)
    announce("cases")
    cases = ground_of_cases(part.violations, cut.regions, part.townships)
    return Measured(cut.areas, cut.regions, pieces, cases, cut.issues)


def _together(index: "pd.Index[Any]", found: list[Measured]) -> Measured:
    """Put the parts' tables together, in the order that they would have had as a whole."""

    def joined(tables: list[Any], column: str) -> Any:
        table = pd.concat(tables, ignore_index=True)
        return table.iloc[np.argsort(index.get_indexer(table[column]), kind="stable")].reset_index(drop=True)

    pieces = [one.pieces for one in found if one.pieces is not None]
    issues = [one.issues for one in found if len(one.issues)]
    return Measured(
        pd.concat([one.areas for one in found]).loc[index],
        joined([one.regions for one in found], "violation_id"),
        joined(pieces, "violation_id") if pieces else None,
        joined([one.cases for one in found], "violation_id"),
        joined(issues, "feature") if issues else found[0].issues,
    )
