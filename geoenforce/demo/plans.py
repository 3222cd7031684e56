"""
What is planted: every violation of the demo county, with the grade its case must get.

The grades stand here because the cases were made for them; no program computed them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import cycle
from typing import Literal

from geoenforce.core.calendar import is_working_day
from geoenforce.demo.sites import Form, Pool

Delivery = Literal["satellite", "corners", "patrol", "imagery"]
Trick = Literal[
    "", "shares ground", "two cases", "partly approved", "approved twice", "approved", "approved afterwards",
    "expired", "last day", "same day",
]  # fmt: skip

#: Article 36: mu at which a class makes a case serious and especially serious, "at least".
LIMITS_MU = {"basic_farmland": (5, 10), "other_cultivated": (10, 20), "other": (20, 40)}
GRADES = ("ordinary", "serious", "especially_serious")

#: How far short of a limit the patches are that just miss it.
SHORT_MU = 0.001

#: The file of boundary points has one day for all of its patches.
CORNERS_FOUND_ON = date(2026, 3, 12)


@dataclass(frozen=True)
class Patch:
    """One polygon to be found: so much of a class, on such ground."""

    land_class: str
    area_mu: float
    pool: Pool
    form: Form = "outline"
    purity: float = 0.85
    is_mixed: bool = False  # some ground of other classes must be in it


@dataclass(frozen=True)
class Plan:
    """One case: what it shows, its patches, and the grade it must get (None: it makes no case)."""

    shows: str
    patches: tuple[Patch, ...]
    severity: str | None
    decided_by: str | None = None
    delivery: Delivery = "patrol"
    found_on: date | None = None
    is_exact: bool = False
    status: str = "confirmed"
    party: str | None = None
    is_dealt_with: bool = False
    trick: Trick = ""
    shares: tuple[tuple[float, float], ...] = ()  # from where to where along a yard each part or approval goes


def all_plans() -> list[Plan]:
    """
    List the cases in the order in which they are numbered, every one with a day and a party.

    Examples
    --------
    >>> plans = all_plans()
    >>> sum(len(plan.shares) if plan.trick in ("shares ground", "two cases") else len(plan.patches) for plan in plans)
    60
    """
    days, parties = _days(), (None if number % 9 == 8 else f"当事人{number:02d}" for number in range(1, 100))
    plans = [*_on_the_limits(), *_several_patches(), *_dated(), *_approved(), *_clues(), *_parties(), *_shapes()]
    filled = []
    for plan, party in zip(plans, parties, strict=False):
        day = CORNERS_FOUND_ON if plan.delivery == "corners" else next(days)
        filled.append(replace(plan, found_on=plan.found_on or day, party=plan.party or party))
    return filled


def _on_the_limits() -> Iterator[Plan]:
    """Each limit of Article 36: exactly on it, and just short of it."""
    deliveries: cycle[Delivery] = cycle(("satellite", "patrol", "corners"))
    for land_class, limits in LIMITS_MU.items():
        purity = 0.9 if land_class == "other" else 0.82
        for number, limit in enumerate(limits):
            for short, place in ((0.0, number + 1), (SHORT_MU, number)):
                yield Plan(
                    shows=f"{land_class} {'just short of' if short else 'exactly'} {limit} mu",
                    patches=(Patch(land_class, limit - short, _pool(land_class), purity=purity, is_mixed=True),),
                    severity=GRADES[place],
                    decided_by=land_class if place else None,
                    delivery=next(deliveries),
                    is_exact=True,
                )
    nearly = Patch("other_cultivated", 9.996, "other_cultivated", is_mixed=True)
    yield Plan("9.996 mu print as 10.00 and are not serious", (nearly,), "ordinary", is_exact=True)


def _several_patches() -> Iterator[Plan]:
    three = (
        Patch("other", 19.9, "other", purity=0.97),
        Patch("other_cultivated", 9.9, "other_cultivated", purity=0.99),
        Patch("basic_farmland", 4.9, "basic_farmland", purity=0.999),
    )
    yield Plan("4.9 + 9.9 + 19.9 mu: classes are not added up", three, "ordinary", delivery="satellite")
    two = (Patch("other", 41, "other", purity=0.97), Patch("basic_farmland", 6, "basic_farmland", purity=0.99))
    yield Plan("basic 6 and other 41 mu: the graver grade wins", two, "especially_serious", "other")
    halves = (Patch("basic_farmland", 3, "basic_farmland", purity=0.99),) * 2
    yield Plan("two patches of 3 mu are one serious case", halves, "serious", "basic_farmland", delivery="satellite")
    yard = Patch("basic_farmland", 4.5, "basic_farmland", "yard", purity=0.99)
    thirds = ((0.0, 0.667), (0.333, 1.0))
    yield Plan(
        "patches of 3 mu that overlap: 4.5 mu of ground", (yard,), "ordinary", trick="shares ground", shares=thirds
    )
    border = (Patch("basic_farmland", 7, "border", purity=0.8),)
    yield Plan("across a township border", border, "serious", "basic_farmland", delivery="satellite")
    border = (Patch("other_cultivated", 11, "border", purity=0.8),)
    yield Plan("across another township border", border, "serious", "other_cultivated")
    doubled = (Patch("basic_farmland", 4.5, "doubled", purity=0.99),)
    yield Plan("basic farmland mapped twice counts once", doubled, "ordinary", delivery="corners")


def _dated() -> Iterator[Plan]:
    """Plant what the version of the basic farmland decides; the second is in force from 2025-07-01."""
    removed, added = Patch("basic_farmland", 6, "removed"), Patch("other_cultivated", 6, "added")
    yield Plan("was basic farmland then", (removed,), "serious", "basic_farmland", found_on=date(2025, 5, 20))
    removed = replace(removed, land_class="other_cultivated", purity=0.8)
    yield Plan("is no basic farmland any more", (removed,), "ordinary", found_on=date(2025, 11, 18))
    yield Plan("not yet basic farmland, one day before", (added,), "ordinary", found_on=date(2025, 6, 30))
    added = replace(added, land_class="basic_farmland")
    yield Plan("basic farmland from this day on", (added,), "serious", "basic_farmland", found_on=date(2025, 7, 1))


def _approved() -> Iterator[Plan]:
    def yard(land_class: str, area_mu: float) -> tuple[Patch]:
        return (Patch(land_class, area_mu, _pool(land_class), "yard", 0.97),)

    more_than_approved = Plan(
        "", (), "ordinary", delivery="satellite", trick="partly approved", shares=((-0.1, 0.667),)
    )
    yield replace(more_than_approved, shows="12 mu built, 8 approved (批少用多)", patches=yard("basic_farmland", 12))
    yield replace(
        more_than_approved,
        shows="30 mu built, 15 approved",
        patches=yard("other_cultivated", 30),
        severity="serious",
        decided_by="other_cultivated",
        shares=((-0.1, 0.5),),
    )
    yield Plan("all approved", yard("basic_farmland", 8), "ordinary", trick="approved")
    later = Plan("approved afterwards (补办) changes nothing", yard("basic_farmland", 6), "serious", "basic_farmland")
    yield replace(later, trick="approved afterwards")
    expired = Plan("a temporary approval that has expired", yard("other_cultivated", 11), "serious", "other_cultivated")
    yield replace(expired, trick="expired", delivery="satellite")
    yield Plan("on the last day of a temporary approval", yard("basic_farmland", 7), "ordinary", trick="last day")
    yield Plan("approved on the day it was found", yard("other", 25), "ordinary", trick="same day")
    twice = Plan("two approvals that overlap", yard("other_cultivated", 18), "serious", "other_cultivated")
    yield replace(twice, trick="approved twice", shares=((-0.1, 0.28), (0.11, 0.39)))


def _clues() -> Iterator[Plan]:
    """Suspected patches are graded apart; lawful and dismissed ones make no case."""
    suspected = Plan("suspected, from imagery", (), "ordinary", delivery="imagery", status="suspected")
    wanted = (
        ("basic_farmland", 5.5, "serious"),
        ("other_cultivated", 3, "ordinary"),
        ("other", 8, "ordinary"),
        ("basic_farmland", 1.2, "ordinary"),
        ("other_cultivated", 22, "especially_serious"),
    )
    for land_class, area_mu, severity in wanted:
        decided_by = None if severity == "ordinary" else land_class
        patch = Patch(land_class, area_mu, _pool(land_class))
        yield replace(suspected, patches=(patch,), severity=severity, decided_by=decided_by)
    for status in ("lawful", "dismissed"):
        for land_class, area_mu in (("other", 6.0), ("other_cultivated", 2.5), ("basic_farmland", 6.5)):
            patch = Patch(land_class, area_mu, _pool(land_class))
            yield Plan(f"{status}: makes no case", (patch,), None, status=status)


def _parties() -> Iterator[Plan]:
    """Article 34: cases of one party and year that are not dealt with are added up beside their own grades."""
    patch = Patch("basic_farmland", 2, "basic_farmland", purity=0.97)
    for month in (1, 4, 6):
        day = date(2026, month, 9)
        yield Plan("2 mu each, 6 together", (patch,), "ordinary", found_on=day, party="当事人甲")
    patch = replace(patch, area_mu=3)
    for month, dealt in ((2, True), (5, False)):
        day = date(2026, month, 11)
        yield Plan("one of two dealt with", (patch,), "ordinary", found_on=day, party="当事人乙", is_dealt_with=dealt)


def _shapes() -> Iterator[Plan]:
    yard = Patch("basic_farmland", 4, "basic_farmland", "yard", 0.97)
    pair = Plan("two cases claim the same ground", (yard,), "ordinary", trick="two cases", delivery="satellite")
    yield replace(pair, shares=((0.0, 0.6), (0.5, 1.0)))
    ring = Patch("other_cultivated", 4, "other_cultivated", "ring")
    yield Plan("a patch with a hole", (ring,), "ordinary", delivery="corners")
    yield Plan("a house", (Patch("other", 0.6, "other", "yard"),), "ordinary", delivery="satellite")
    mixed = (Patch("other_cultivated", 3, "other_cultivated", purity=0.6),)
    yield Plan("on the edge of the fields", mixed, "ordinary")
    works = (Patch("basic_farmland", 12, "basic_farmland", "yard", 0.9),)
    yield Plan("works on basic farmland", works, "especially_serious", "basic_farmland", delivery="corners")
    yield Plan("a yard among orchards", (Patch("other", 6, "other", "yard"),), "ordinary", delivery="corners")


def _pool(land_class: str) -> Pool:
    pools: dict[str, Pool] = {
        "basic_farmland": "basic_farmland",
        "other_cultivated": "other_cultivated",
        "other": "other",
    }
    return pools[land_class]


def _days() -> Iterator[date]:
    """Go through the working days of 2025-10 to 2026-06 in steps of a few days, and again."""
    day = date(2025, 10, 13)
    while True:
        if is_working_day(day):
            yield day
        day += timedelta(days=5 if day < date(2026, 6, 18) else -250)
