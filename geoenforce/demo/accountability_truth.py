"""Write down what is true of accountability: ratios by the slab method, counts of planned cases, planned deadlines."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from geoenforce.core.space import m2_to_mu
from geoenforce.demo.accountability_plans import CRITICISED_ONCE, DEDUCTED, EXPECTED_BY_REGISTER, Expected
from geoenforce.demo.case_courses import COUNTED, COUNTED_FOR_TOWNSHIP_ONLY
from geoenforce.demo.construction import Project
from geoenforce.demo.duty_plans import PLANNED_DUTIES
from geoenforce.demo.ground import COUNTY_CODE
from geoenforce.demo.land import Land
from geoenforce.demo.occupation import occupied, taken_by_violations
from geoenforce.demo.truth import write_rows
from geoenforce.demo.violations import Violation

_OCCUPATION_HEADERS = (
    "office", "year", "illegal_mu", "taken_mu", "ratio", "illegal_after_mu", "taken_after_mu", "ratio_after"
)  # fmt: skip
_DUTY_HEADERS = (
    "regulation", "duty", "case_id", "office", "from_on", "status", "due_on", "done_on", "days_left", "days_over",
    "waited", "shows",
)  # fmt: skip
_WARNING_HEADERS = (
    "regulation", "rule", "office", "year", "fact", "value", "limit", "unit", "to_go", "to_go_unit", "is_close"
)  # fmt: skip
_YEAR = 2026  # of the early warnings


@dataclass(frozen=True)
class Ratio:
    """Cultivated land in violations, and in everything taken, of one unit and year; and what was granted off them."""

    illegal_mu: float
    taken_mu: float
    off_illegal_mu: float = 0.0
    off_taken_mu: float = 0.0

    @property
    def value(self) -> float:
        """
        Return the share of the first in the second.

        Examples
        --------
        >>> Ratio(15.0, 100.0).value
        0.15
        """
        return self.illegal_mu / self.taken_mu

    def to_go_mu(self, limit: float) -> float:
        """
        Return how much more may be taken unlawfully: it adds to both parts of the share.

        Examples
        --------
        10 of 90 mu; with 5 more it is 15 of 95, with 4.12 it is 15 %:

        >>> round(Ratio(10.0, 90.0).to_go_mu(0.15), 2)
        4.12
        """
        return (limit * self.taken_mu - self.illegal_mu) / (1 - limit)


def write_accountability_truth(
    folder: Path, land: Land, violations: Sequence[Violation], projects: Sequence[Project]
) -> None:
    """
    Write ``occupation_truth.csv``, ``findings_truth.csv``, ``duties_truth.csv`` and ``warnings_truth.csv``.

    Parameters
    ----------
    folder
        Where the truth about cases is already.
    land
        The layers, with the approvals.
    violations, projects
        The patches, and the new construction land.
    """
    taken = [*taken_by_violations(violations), *(project.taken for project in projects)]
    ratios = {
        key: Ratio(m2_to_mu(illegal), m2_to_mu(total), *_deducted(*key))
        for key, (illegal, total) in sorted(occupied(land, taken).items())
    }
    counts = _counts(folder / "cases.csv", violations)
    write_rows(folder / "occupation_truth.csv", _OCCUPATION_HEADERS, _occupation_rows(ratios))
    expected = [*EXPECTED_BY_REGISTER, *_by_count(counts), *_by_ratio(ratios)]
    headers = [field.name for field in fields(Expected)]
    write_rows(folder / "findings_truth.csv", ["finding_id", *headers], map(_finding_row, _sorted(expected)))
    rows = ([getattr(duty, name) for name in _DUTY_HEADERS] for duty in PLANNED_DUTIES)
    write_rows(folder / "duties_truth.csv", _DUTY_HEADERS, rows)
    write_rows(folder / "warnings_truth.csv", _WARNING_HEADERS, _warning_rows(expected, counts, ratios))


@dataclass
class _Count:
    """The serious and the especially serious cases of one unit and year that count, and those left out."""

    serious: list[str]
    especially_serious: list[str]
    left_out: list[str]
    especially_serious_left_out: list[str]


def _counts(cases_file: Path, violations: Sequence[Violation]) -> Mapping[tuple[str, int], _Count]:
    years = {one.case_id: one.found_on.year for one in violations}
    counts: dict[tuple[str, int], _Count] = {}
    with cases_file.open(encoding="utf-8", newline="") as file:
        cases = [row for row in csv.DictReader(file) if row["status"] == "confirmed" and row["severity"] != "ordinary"]
    for row in cases:
        case_id = row["case_id"]
        for office in (row["township_code"], COUNTY_CODE):
            count = counts.setdefault((office, years[case_id]), _Count([], [], [], []))
            counted = COUNTED if office == COUNTY_CODE else COUNTED | COUNTED_FOR_TOWNSHIP_ONLY
            is_counted = case_id in counted
            (count.serious if is_counted else count.left_out).append(case_id)
            if row["severity"] == "especially_serious":  # it is a serious one, too
                (count.especially_serious if is_counted else count.especially_serious_left_out).append(case_id)
    return counts


def _by_count(counts: Mapping[tuple[str, int], _Count]) -> Iterator[Expected]:
    for (office, year), count in counts.items():
        level = "county" if office == COUNTY_CODE else "township"
        serious = ("serious_cases", count.serious, count.left_out)
        gravest = ("especially_serious_cases", count.especially_serious, count.especially_serious_left_out)
        for rule, circumstance, (fact, cases, left_out), limit in (
            ("J27", "J27-count-serious", serious, 3),
            ("J27", "J27-count-especially-serious", gravest, 1),
            ("J30-1", "J30-1-serious", serious, 5),
            ("J30-1", "J30-1-especially-serious", gravest, 2),
        ):
            if len(cases) >= limit:
                lists = tuple(sorted(cases)), tuple(sorted(left_out))
                yield Expected(rule, circumstance, office, level, year, fact, len(cases), "case", *lists)


def _by_ratio(ratios: Mapping[tuple[str, int], Ratio]) -> Iterator[Expected]:
    fact, jiangsu = "illegal_occupation_ratio", "jiangsu-co-responsibility"
    for (office, year), ratio in ratios.items():
        level, value = "county" if office == COUNTY_CODE else "township", round(ratio.value, 9)
        if ratio.value >= 0.15:
            yield Expected("J31-1", "J31-1b", office, level, year, fact, value, "1")
        if level == "county" and ratio.value > 0.10:
            yield Expected("S11-talk", "S11-talk", office, level, year, fact, value, "1", regulation=jiangsu)
        if level == "county" and ratio.value > 0.15:
            yield Expected("S11-account", "S11-account", office, level, year, fact, value, "1", regulation=jiangsu)


def _sorted(expected: Sequence[Expected]) -> list[Expected]:
    return sorted(expected, key=lambda one: (one.year, one.office, one.rule, one.circumstance))


def _finding_row(one: Expected) -> list[object]:
    values = (getattr(one, field.name) for field in fields(Expected))
    listed = (";".join(value) if isinstance(value, tuple) else value for value in values)
    return [f"{one.rule}-{one.office}-{one.year}", *listed]


def _deducted(office: str, year: int) -> tuple[float, float]:
    """Add up what was granted to a unit, or within it."""
    granted = [one for one in DEDUCTED if one.year == year and one.office.startswith(office)]
    return sum(one.illegal_mu for one in granted), sum(one.taken_mu for one in granted)


def _occupation_rows(ratios: Mapping[tuple[str, int], Ratio]) -> Iterator[list[object]]:
    for (office, year), ratio in ratios.items():
        after = Ratio(max(ratio.illegal_mu - ratio.off_illegal_mu, 0.0), ratio.taken_mu - ratio.off_taken_mu)
        parts = [(one.illegal_mu, one.taken_mu, one.value) for one in (ratio, after)]
        yield [office, year, *(round(part, 9) for three in parts for part in three)]


def _warning_rows(
    expected: Sequence[Expected],
    counts: Mapping[tuple[str, int], _Count],
    ratios: Mapping[tuple[str, int], Ratio],
) -> Iterator[list[object]]:
    """List what the townships are short of this year, for rules that do not apply to them yet."""
    applies = {(one.rule, one.office, one.year) for one in expected}

    def is_short(rule: str, office: str, year: int) -> bool:
        return year == _YEAR and office != COUNTY_CODE and (rule, office, year) not in applies

    for (office, year), count in sorted(counts.items()):
        for rule, fact, number, limit in (
            ("J27", "serious_cases", len(count.serious), 3),
            ("J30-1", "serious_cases", len(count.serious), 5),
            ("J30-1", "especially_serious_cases", len(count.especially_serious), 2),
        ):
            if number and is_short(rule, office, year):
                row = [number, limit, "case", limit - number, "case", limit - number == 1]
                yield ["jieyang-2009", rule, office, year, fact, *row]
    for office in CRITICISED_ONCE:
        row = [1, 2, "measure", 1, "measure", True]
        yield ["jieyang-2009", "J31-2", office, _YEAR, "circulated_criticism_received", *row]
    for (office, year), ratio in ratios.items():
        if is_short("J31-1", office, year):
            row = [round(ratio.value, 9), 0.15, "1", round(ratio.to_go_mu(0.15), 4), "mu", ratio.value >= 0.9 * 0.15]
            yield ["jieyang-2009", "J31-1", office, year, "illegal_occupation_ratio", *row]
