"""Case events, one row per event or one row per case."""

import re
from collections import Counter
from datetime import date, datetime, time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoenforce.core.accountability_tables import CASE_EVENTS
from geoenforce.core.accountability_terms import Event
from geoenforce.core.tables import check
from geoenforce.inputs.columns import known_names, plain
from geoenforce.inputs.events import event_words, read_events
from tests.inputs.registers import csv, told, workbook

LONG = "案件编号,事项,日期,时间,单位,所属月份,备注"


def listed(table):
    return [
        (case, event, f"{on:%m-%d}") for case, event, on in table[["case_id", "event", "on"]].itertuples(index=False)
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_a_list_of_events_is_read_by_codes_and_names(tmp_path, encoding):
    path = csv(
        tmp_path,
        LONG,
        "A1,发现,2026-03-02,,,,",
        "A1,stop_ordered,2026年3月3日,,445299-land,,口头",
        "A1,Township notified in writing,20260304,,445299101000,,",
        "A1,制止日期,2026/3/5,,,,",
        ",月度汇总上报,2026-04-02,,445299,2026年3月,",
        encoding=encoding,
    )

    table, issues, counts = read_events(path)

    check(table, CASE_EVENTS)
    assert table["event"].to_list() == ["found", "stop_ordered", "notified", "stopped", "monthly_report"]
    assert table["on"].dt.date.to_list() == [*(date(2026, 3, day) for day in (2, 3, 4, 5)), date(2026, 4, 2)]
    assert table["office"].fillna("").to_list() == ["", "445299-land", "445299101", "", "445299"]
    assert table["period"].fillna("").to_list() == ["", "", "", "", "2026-03"]
    assert table["case_id"].fillna("").to_list() == ["A1", "A1", "A1", "A1", ""]
    assert table["note"].fillna("").to_list() == ["", "口头", "", "", ""]
    assert table["row"].to_list() == [2, 3, 4, 5, 6]
    assert issues.empty
    assert vars(counts) == {"read": 5, "accepted": 5, "repaired": 0, "rejected": 0}


@pytest.mark.parametrize(
    ("row", "problem", "action", "detail"),
    [
        (",制止,2026-03-02,,,,", "no_case", "rejected", "The row has no 案件编号; the event is one of a case."),
        (",制止,2026-03-02,,445299101,,", "no_case", "rejected", "The row has no 案件编号; the event is one of a case."),
        ("2.026E+11,制止,2026-03-02,,,,", "unreadable_case_id", "repaired", "案件编号 is '2.026E+11': its digits are cut off; "),
        ("A1,制止,,,,,", "no_date", "rejected", "The row has no 日期. Fill it in."),
        ("A1,制止,下周,,,,", "unreadable_date", "rejected", "日期 is '下周': a day is written 2026-04-02, one in each cell."),
        ("A1,,2026-03-02,,,,", "no_event", "rejected", "The row has no 事项. Fill it in."),
        ("A1,制止令,2026-03-02,,,,", "unknown_event", "rejected", "事项 is '制止令', which is not known. Known words like it are ['制止', "),
        ("A1,制止,2026-03-02,早上,,,", "unreadable_time", "repaired", "The time '早上' is none of the day 2026-03-02, and was left out."),
        ("A1,制止,2026-03-02,2026-03-03 9:00,,,", "unreadable_time", "repaired",
         "The time '2026-03-03 9:00' is none of the day 2026-03-02, and was left out."),
        (",月报,2026-04-02,,445299,三月,", "unreadable_period", "repaired", "所属月份 is '三月': a month is written 2026-03. It was left out."),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_row_is_told_with_its_number(tmp_path, row, problem, action, detail):
    table, issues, counts = read_events(csv(tmp_path, LONG, "A1,发现,2026-03-01,,,,", row))

    assert told(issues)[0] == [3, problem, action]
    assert issues["detail"].iloc[0].startswith(detail)
    assert set(issues["row"]) == {3}
    is_used = action == "repaired" and problem != "unreadable_case_id"  # without its case it is of no use
    assert len(table) == (2 if is_used else 1)
    assert (counts.read, counts.accepted) == (2, 1)


def test_the_time_of_day_stands_beside_the_day_or_in_a_column_of_its_own(tmp_path):
    rows = [
        ["A1", "发现", datetime.fromisoformat("2026-03-02T08:30"), None],
        ["A1", "责令停止", datetime.fromisoformat("2026-03-02"), time(9, 15)],
        ["A1", "书面告知乡镇", "2026-03-02", "下午2:10"],
        ["A1", "制止", "2026-03-02 16:00", None],
        ["A1", "立案", date(2026, 3, 9), None],
        ["A1", "结案", date(2026, 3, 10), datetime.fromisoformat("2026-03-10")],
        ["A1", "移送公安机关", "2026-03-02T23:30:00Z", None],
    ]
    path = workbook(tmp_path, 进度=[["案件编号", "事项", "日期", "时间"], *rows])

    table, issues, _ = read_events(path)

    texts = [str(moment)[5:16] for moment in table["at"]]
    assert texts == ["03-02 08:30", "03-02 09:15", "03-02 14:10", "03-02 16:00", "", "03-10 00:00", "03-03 07:30"]
    assert table["on"].dt.day.to_list() == [2, 2, 2, 2, 9, 10, 3]
    assert issues.empty


def test_a_column_of_moments_gives_the_days_too(tmp_path):
    table, issues, _ = read_events(csv(tmp_path, "案件编号,事项,时间", "A1,发现,2026-03-02 8:30", "A1,制止,2026-03-04"))

    assert listed(table) == [("A1", "found", "03-02"), ("A1", "stopped", "03-04")]
    assert table["at"].notna().to_list() == [True, False]
    assert issues.empty


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk"])
def test_a_row_per_case_has_a_column_of_days_for_each_event(tmp_path, encoding):
    path = csv(
        tmp_path,
        "序号,案件编号,发现日期,责令停止日期,书面告知日期,制止日期,限期改正到期日,备注",
        "1,A1,2026-03-02,2026-03-02 15:40,2026-03-03,,2026-04-02,沿路",
        "2,A2,2026-03-05,,,2026年3月6日,,",
        encoding=encoding,
    )

    table, issues, counts = read_events(path)

    check(table, CASE_EVENTS)
    assert listed(table) == [
        ("A1", "found", "03-02"), ("A1", "stop_ordered", "03-02"), ("A1", "notified", "03-03"), ("A1", "rectify_by", "04-02"),
        ("A2", "found", "03-05"), ("A2", "stopped", "03-06"),
    ]  # fmt: skip
    assert table["row"].to_list() == [2, 2, 2, 2, 3, 3]
    assert [str(moment)[11:16] for moment in table["at"].dropna()] == ["15:40"]
    assert table["note"].fillna("").to_list() == ["沿路"] * 4 + [""] * 2
    assert issues.empty
    assert vars(counts) == {"read": 2, "accepted": 2, "repaired": 0, "rejected": 0}


def test_cells_of_a_row_per_case_may_be_excel_s_dates_or_several_days(tmp_path):
    head = ["案件编号", "发现日期", "制止日期"]
    rows = [[202601.0, datetime.fromisoformat("2026-03-02"), 46086], ["A2", date(2026, 3, 3), "2026-03-04、2026-03-09"]]

    table, issues, _ = read_events(workbook(tmp_path, 进度=[["某县案件进度表"], head, *rows]))

    assert listed(table) == [
        ("202601", "found", "03-02"), ("202601", "stopped", "03-05"),
        ("A2", "found", "03-03"), ("A2", "stopped", "03-04"), ("A2", "stopped", "03-09"),
    ]  # fmt: skip
    assert table["at"].isna().all()
    assert issues.empty


def test_what_is_wrong_in_a_row_per_case_is_told_and_the_rest_of_it_used(tmp_path):
    path = csv(
        tmp_path,
        "案件编号,发现日期,制止日期",
        "A1,2026-03-02,未制止",
        ",2026-03-02,",
        "A3,,",
        "A4,不详,",
        "A1,2026-03-02,2026-03-09",
        "A1,2026-03-02,",
    )

    table, issues, counts = read_events(path)

    assert listed(table) == [("A1", "found", "03-02"), ("A1", "stopped", "03-09")]
    assert sorted(told(issues)) == [
        [2, "unreadable_date", "repaired"],
        [3, "no_case", "rejected"],
        [4, "no_event", "noted"],
        [5, "unreadable_date", "rejected"],
        [6, "duplicate", "noted"],
        [7, "duplicate", "rejected"],
    ]
    assert "制止日期 is '未制止'" in issues["detail"].iloc[0]
    assert vars(counts) == {"read": 6, "accepted": 2, "repaired": 1, "rejected": 3}


def test_columns_that_name_no_event_are_told_and_not_guessed(tmp_path):
    table, issues, _ = read_events(csv(tmp_path, "案件编号,单位,发现日期,受理日期", "A1,某镇,2026-03-02,2026-03-03"))

    assert listed(table) == [("A1", "found", "03-02")]
    assert issues["problem"].to_list() == ["unread_columns"]
    assert (
        issues["detail"]
        .iloc[0]
        .startswith("The columns ['受理日期', '单位'] were not read; those of events are ['发现日期']")
    )


def test_the_configuration_may_name_the_column_of_an_event(tmp_path):
    path = csv(tmp_path, "案件,何时发现,移送日期", "A1,2026-03-02,2026-03-03")

    table, _, _ = read_events(path, columns={"case_id": "案件", "found": "何时发现", "transferred": "移送日期"})

    assert listed(table) == [("A1", "found", "03-02"), ("A1", "transferred", "03-03")]


def test_events_of_a_regulation_of_ones_own_are_known_by_the_names_given(tmp_path):
    names = {"听证": "hearing", "hearing": "hearing"}

    long, issues, _ = read_events(
        csv(tmp_path, LONG, "A1,听证,2026-03-02,,,,", ",听证,2026-03-02,,445299101,,", ",听证,2026-03-02,,,,"),
        names=names,
    )
    assert long["event"].to_list() == ["hearing", "hearing"]
    assert told(issues) == [[4, "no_case", "rejected"]]

    wide = read_events(csv(tmp_path, "案件编号,发现日期,听证日期", "A1,2026-03-01,2026-03-02"), names=names).table
    assert listed(wide) == [("A1", "hearing", "03-02"), ("A1", "found", "03-01")]

    own = read_events(csv(tmp_path, "案件编号,开会", "A1,2026-03-02"), columns={"hearing": "开会"}, names=names).table
    assert listed(own) == [("A1", "hearing", "03-02")]


def test_a_workbook_may_have_sheets_of_both_forms_and_one_of_neither_is_told(tmp_path):
    path = workbook(
        tmp_path,
        案件=[["案件编号", "发现日期"], ["A1", date(2026, 3, 2)]],
        月报=[["事项", "日期", "单位", "所属月份"], ["月报", date(2026, 4, 2), 445299, date(2026, 3, 1)]],
        名单=[["案件编号", "当事人"], ["A1", "某某"]],
        封面=[["某县"]],
    )

    table, issues, counts = read_events(path)

    assert table["event"].to_list() == ["found", "monthly_report"]
    assert table["period"].fillna("").to_list() == ["", "2026-03"]
    assert table["source_file"].str.extract(r"sheet (.*)\)")[0].to_list() == ["案件", "月报"]
    assert issues[["problem", "action"]].to_numpy().tolist() == [["sheet_left_out", "noted"]]
    assert "(sheet 名单) has neither" in issues["detail"].iloc[0]
    assert counts.read == 2


@pytest.mark.parametrize("header", [LONG, "案件编号,发现日期"])
def test_a_list_without_rows_is_an_empty_table(tmp_path, header):
    table, issues, counts = read_events(csv(tmp_path, header))

    check(table, CASE_EVENTS)
    assert table.empty
    assert issues.empty
    assert counts.read == 0


@pytest.mark.parametrize("event", Event)
def test_every_event_has_a_column_and_words(event):
    names = known_names()["case_events"][event.value]

    assert names[0] == event.value
    assert event.zh in names
    assert {event_words()[plain(word)] for word in (event.value, event.zh, event.en, *names)} == {event.value}


def test_no_name_of_a_column_of_events_means_two_things():
    every = Counter(plain(name) for names in known_names()["case_events"].values() for name in names)

    assert [name for name, times in every.items() if times > 1] == []


def test_the_example_of_the_how_to_is_read_as_it_says(tmp_path):
    page = Path(__file__).parents[2] / "docs" / "how-to" / "bring-your-files.md"
    example = re.search(r"```csv\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)[1]

    table, issues, _ = read_events(csv(tmp_path, example))

    assert listed(table[table["case_id"] == "445299-2026-002"]) == [
        ("445299-2026-002", event, day)
        for event, day in [("found", "03-09"), ("stop_ordered", "03-10"), ("notified", "03-10"), ("notified", "03-12"), ("filed", "03-20")]
    ]  # fmt: skip
    assert issues.empty


_HAPPENED = st.dictionaries(
    st.tuples(st.sampled_from(["A1", "A2", "A3"]), st.sampled_from(sorted(set(Event) - {"monthly_report"}))),
    st.dates(date(2020, 1, 1), date(2026, 6, 30)),
    min_size=1,
)


@settings(max_examples=8, deadline=None)
@given(_HAPPENED)
def test_both_forms_of_the_same_events_are_read_alike(tmp_path_factory, happened):
    folder = tmp_path_factory.mktemp("forms")
    cases, events = sorted({case for case, _ in happened}), sorted({event for _, event in happened})
    headers = [f'"{known_names()["case_events"][event][1]}"' for event in events]
    wide = [",".join([case, *(str(happened.get((case, event), "")) for event in events)]) for case in cases]
    long = [f"{case},{event},{on}" for (case, event), on in happened.items()]

    by_case = read_events(csv(folder, ",".join(["案件编号", *headers]), *wide))
    by_event = read_events(csv(folder, "案件编号,事项,日期", *long))

    said = sorted((case, event, str(on)) for (case, event), on in happened.items())
    for table in (by_case.table, by_event.table):
        rows = table.assign(on=table["on"].dt.date.astype("str"))[["case_id", "event", "on"]]
        assert sorted(rows.itertuples(index=False, name=None)) == said
    assert by_case.issues.empty
    assert by_event.issues.empty
