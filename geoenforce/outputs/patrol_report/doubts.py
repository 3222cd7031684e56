"""Parts of the report about what does not agree, what is doubtful, and who must explain what."""

from collections.abc import Iterator

import pandas as pd

from geoenforce.core.patrol_terms import Reconciled
from geoenforce.outputs.documents.model import Block, Column, Heading, Paragraph, Show, Table, Value
from geoenforce.outputs.patrol_report.offices import unit_names
from geoenforce.outputs.patrol_report.view import View, missed_days
from geoenforce.outputs.patrol_report.words import dates_in_words, months_in_words
from geoenforce.outputs.wording import in_words, mu_figure, rounded

Row = tuple[Value, ...]
_LISTED = 23  # dates; more are counted by month, and listed in their own table


def ledger_part(view: View) -> list[Block]:
    """
    Say how ledger and tracks agree, and list what does not.

    Examples
    --------
    >>> ledger_part(view)[0].text  # doctest: +SKIP
    '巡查台账核对'
    """
    words, head = view.words, Heading(view.words["ledger"])
    if view.patrols.reconciliation.empty:
        return [head, Paragraph(words["no_ledger"])]
    compared = _compared(view)
    if compared.empty:
        return [head, Paragraph(words["no_ledger_now"])]
    open_ = _disagreeing(compared)
    sentence = words["ledger_sentence"].format(
        count=len(compared), matched=len(compared) - len(open_), other=len(open_)
    )
    results = compared["result"].value_counts()
    counted: tuple[Row, ...] = tuple(
        (result.name_in(view.lang), int(results[result.value])) for result in Reconciled if result.value in results
    )
    columns = (Column(words["result"], weight=3), Column(words["count"], Show.COUNT, is_summed=True))
    return [
        head,
        Paragraph(sentence),
        Table(words["ledger_table"], words["ledger_table"], columns, counted, words["ledger_agrees"]),
        _open_table(view, open_),
    ]


def _compared(view: View) -> pd.DataFrame:
    return view.patrols.reconciliation[view.period.contains(view.patrols.reconciliation["on"])]


def _disagreeing(compared: pd.DataFrame) -> pd.DataFrame:
    return compared[compared["result"] != Reconciled.MATCHED.value]


def _open_table(view: View, rows: pd.DataFrame) -> Table:
    words = view.words
    columns = (
        Column(words["day"], Show.DAY, 1.3), Column(words["unit"], weight=1.2), Column(words["result"], weight=1.7),
        Column(words["entry"]), Column(words["trip"], weight=2.2),
    )  # fmt: skip
    units = unit_names(rows["patrol_unit"], view)
    listed: tuple[Row, ...] = tuple(
        (one.on.date(), str(unit), in_words("result", one.result, view.lang), _text(one.entry_id), _text(one.trip_id))
        for one, unit in zip(rows.itertuples(), units, strict=True)
    )
    return Table(words["ledger_open"], words["ledger_open"], columns, listed, words["ledger_agrees"])


def _text(value: object) -> str:
    return str(value) if isinstance(value, str) else ""


def doubts_part(view: View) -> list[Block]:
    """
    List doubts about tracks with what was measured; for the supervisor alone.

    Examples
    --------
    >>> doubts_part(view)[0].text  # doctest: +SKIP
    '轨迹真实性疑点'
    """
    words, found = view.words, _doubts(view)
    columns = (
        Column(words["trip"], weight=2.2), Column(words["unit"]), Column(words["device"]),
        Column(words["doubt"], weight=1.6), Column(words["measured"], Show.M), Column(words["limit"], Show.M),
        Column(words["measure_unit"], weight=0.6), Column(words["other_trip"], weight=2.2),
    )  # fmt: skip
    rows: tuple[Row, ...] = tuple(
        (one.trip_id, str(unit), _text(one.device_id), in_words("flag", one.flag, view.lang), _figure(one.measured),
         _figure(one.limit), words.get(f"in_{one.unit}", _text(one.unit)), _text(one.other_trip_id))
        for one, unit in zip(found.itertuples(), unit_names(found["patrol_unit"], view), strict=True)
    )  # fmt: skip
    table = Table(words["doubts_table"], words["doubts_table"], columns, rows, words["no_doubts"])
    return [Heading(words["doubts"]), Paragraph(words["doubts_note"], "note"), table]


def _figure(value: float) -> str:
    """Write a measure whose unit, and so its size, differs from row to row."""
    return rounded(value, 0 if float(value).is_integer() else 2)


def _doubts(view: View) -> pd.DataFrame:
    return view.patrols.integrity[view.patrols.integrity["trip_id"].isin(view.trips.index)]


def explain_part(view: View, *, with_doubts: bool) -> list[Block]:
    """
    List who must explain or do what.

    Examples
    --------
    >>> explain_part(view, with_doubts=False)[0].text  # doctest: +SKIP
    '需要说明和整改的事项'
    """
    words = view.words
    columns = (
        Column(words["office"], weight=1.3), Column(words["matter"], weight=1.6),
        Column(words["number"], Show.COUNT, 0.7), Column(words["details"], weight=3), Column(words["ask"], weight=2.4),
    )  # fmt: skip
    rows = [*_missed(view), *_ledger(view), *_unseen(view), *(_doubtful(view) if with_doubts else ())]
    table = Table(words["explain_table"], words["explain_table"], columns, tuple(rows), words["no_explain"])
    return [Heading(words["explain"]), table, Paragraph(words["explain_note"], "note")]


def _matter(view: View, key: str, office: str, number: int, details: str) -> Row:
    return office, view.words[f"matter_{key}"], number, details, view.words[f"ask_{key}"]


def _missed(view: View) -> Iterator[Row]:
    missed = missed_days(view.days)
    for code in (*view.counties, *view.townships):
        days = missed.loc[missed["office"] == code, "on"]
        if len(days):
            dates = [on.date() for on in days]
            if len(dates) <= _LISTED:
                details = dates_in_words(dates, view.lang)
            else:
                details = view.words["many_missed"].format(months=months_in_words(dates, view.lang))
            yield _matter(view, "missed", view.name(code), len(days), details)


def _ledger(view: View) -> Iterator[Row]:
    rows = _disagreeing(_compared(view))
    for unit, of_unit in rows.groupby(unit_names(rows["patrol_unit"], view), sort=True):
        counts = of_unit["result"].value_counts()
        said = [f"{one.name_in(view.lang)} {counts[one.value]}" for one in Reconciled if one.value in counts]
        yield _matter(view, "ledger", str(unit), len(of_unit), view.words["list"].join(said))


def _unseen(view: View) -> Iterator[Row]:
    for code, patches in view.patrols.unseen.groupby("township_code", sort=True, dropna=False):
        details = view.words["unseen_details"].format(
            mu=mu_figure(float(patches["area_mu"].sum())), never=int(patches["last_seen_on"].isna().sum())
        )
        yield _matter(view, "unseen", view.name(code), len(patches), details)


def _doubtful(view: View) -> Iterator[Row]:
    found = _doubts(view)
    for unit, of_unit in found.groupby(unit_names(found["patrol_unit"], view), sort=True):
        counts = of_unit["flag"].value_counts().sort_index()
        said = [f"{in_words('flag', flag, view.lang)} {count}" for flag, count in counts.items()]
        yield _matter(view, "doubt", str(unit), len(of_unit), view.words["list"].join(said))
