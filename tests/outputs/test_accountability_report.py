"""What the accountability report says: of a small county by hand, and of the demo county against its CSV files."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoenforce.core.accountability_tables import (
    CASE_EVENTS,
    DECLARATIONS,
    DUTIES,
    FACTS,
    FINDINGS,
    INDICATORS,
    MEASURES,
    WARNINGS,
)
from geoenforce.core.errors import InputError
from geoenforce.core.tables import check, empty
from geoenforce.outputs.accountability_report.report import accountability_report
from geoenforce.outputs.accountability_report.scope import Scope, case_states, first_few
from geoenforce.outputs.documents.model import Facts, Figure, Heading, Paragraph, Table
from geoenforce.outputs.documents.periods import Period

EVENTS = [
    ("C1", "filed", "2026-03-10"),
    ("C1", "monthly_report", "2026-04-20"),
    ("C1", "closed", "2026-04-15"),
    ("C2", "stopped", "2026-03-09"),
    ("C2", "rectify_by", "2026-05-31"),
    ("C2", "filed", "2026-07-01"),  # after the day of the run
]
REGISTER = [
    ("M1", "445299001", "2026-02-10", "2026-03-31", None),
    ("M2", "445299001", "2026-03-20", "2026-04-30", "2026-04-20"),
    ("M3", "LAND-1", "2026-05-06", None, None),
]


def events():
    rows = pd.DataFrame(EVENTS, columns=["case_id", "event", "on"])
    frame = empty(CASE_EVENTS).reindex(columns=CASE_EVENTS.names)
    return pd.concat([frame, rows.assign(on=pd.to_datetime(rows["on"]))])[CASE_EVENTS.names]


def measures():
    names = ["measure_id", "office", "on", "correct_by", "corrected_on"]
    rows = pd.DataFrame(REGISTER, columns=names).set_index("measure_id")
    days = {name: pd.to_datetime(rows[name]) for name in names[2:]}
    texts = dict.fromkeys(["level", "case_ids", "note"], None)
    told = {"measure": "admonishment_talk", "regulation": "jieyang-2009", "article": "第二十七条"}
    return rows.assign(**days, **told, **texts).astype(dict.fromkeys(texts, "str"))


@pytest.fixture(scope="session")
def acted(answered):
    """The little county with a register of events and one of measures."""
    made = replace(answered.accountability, events=events(), measures=measures())
    check(made.measures, MEASURES)
    return replace(answered, accountability=made)


_MADE = {}


def report(results, period, lang="zh"):
    """Put a report together, each once."""
    asked = (id(results), period, lang)
    if asked not in _MADE:
        _MADE[asked] = results, accountability_report(results, Period.parse(period), lang=lang)
    return _MADE[asked][1]


def table(document, sheet):
    (found,) = [block for block in document.blocks if isinstance(block, Table) and block.sheet == sheet]
    return found


def rows(document, sheet):
    return list(table(document, sheet).rows)


def texts(document):
    return [block.text for block in document.blocks if isinstance(block, Heading | Paragraph)]


def facts(document):
    (found,) = [block for block in document.blocks if isinstance(block, Facts)]
    return dict(found.rows)


def test_a_month_counts_what_was_found_closed_and_left_open(acted):
    march, april = report(acted, "2026-03"), report(acted, "2026-04")

    # grade, open before, found, closed, open at the end
    assert rows(march, "案件变动") == [("一般", 0, 0, 0, 0), ("情节严重", 0, 1, 0, 1), ("情节特别严重", 0, 1, 0, 1)]
    assert rows(april, "案件变动") == [("一般", 0, 1, 0, 1), ("情节严重", 1, 0, 1, 0), ("情节特别严重", 1, 0, 0, 1)]
    assert facts(march)["新发现案件"] == "2 宗（一般 0、情节严重 1、情节特别严重 1）"


def test_areas_are_those_of_the_cases_found(acted):
    march = report(acted, "2026-03")

    # C1 6.2 + 3.8 mu, C2 13 + 8 + 4 mu: 35 mu are 23333.33 m²
    assert rows(march, "乡镇地类面积") == [
        ("东岸镇", 19.2, pytest.approx(11.8), 4.0, 0.0, pytest.approx(35 * 2000 / 3))
    ]
    assert [row[0] for row in rows(march, "情节地类面积")] == ["情节严重", "情节特别严重"]


def test_serious_cases_stand_with_why_and_what_was_done(acted):
    (c1, c2) = rows(report(acted, "2026-03"), "严重案件")

    assert c1 == ("C1", "东岸镇", date(2026, 3, 2), "情节严重", "基本农田 6.20 亩 ≥ 5 亩", None, "立案 2026年3月10日")
    assert c2[5:] == (date(2026, 3, 9), "已制止 2026年3月9日")


def test_a_case_near_a_limit_says_so(acted):
    last = rows(report(acted, "2026-04"), "案件明细")[-1]

    assert last[3] == "一般（临界）"
    assert last[5] == 9.996


def test_a_case_outside_all_townships_has_a_row_of_its_own(acted):
    lost = acted.cases.assign(township_code=None, township_name=None)
    document = accountability_report(replace(acted, cases=lost), Period.parse("2026-03"))

    assert rows(document, "乡镇案件数")[-1][:2] == ("辖区以外", 2)
    assert rows(document, "严重案件")[0][1] == "辖区以外"


def test_suspected_cases_are_told_apart(acted):
    text = "\n".join(texts(report(acted, "2026Q2")))

    assert "另有疑似案件 1 宗，尚未核实，不计入本报告各项数字。" in text
    assert "疑似" not in "\n".join(texts(report(acted, "2026-03")))  # it was found in May


def test_the_ratio_has_both_its_parts_or_says_that_it_cannot_be_computed(acted):
    facts_table = acted.accountability.facts
    known = facts_table.assign(detail=['{"illegal_mu": 31.0, "taken_mu": 248.0}'] * len(facts_table))
    unknown = known.assign(value=known["value"].where(known["fact"] != "illegal_occupation_ratio"), detail="{}")

    def ratio(frame):
        return report(replace(acted, accountability=replace(acted.accountability, facts=frame)), "2026")

    assert rows(ratio(known), "违法占用耕地比例") == [("示范县", "2026", 31.0, 248.0, 0.1499999999, None)]
    (row,) = rows(ratio(unknown), "违法占用耕地比例")
    assert row[4] is None
    assert row[-1] == "无法计算：无新增建设用地占用耕地数据"
    assert facts(ratio(unknown))["示范县违法占用耕地比例（2026 年）"] == "无法计算"


def test_findings_have_article_numbers_cases_and_what_was_left_out(acted, answers):
    county, town, department = rows(report(acted, "2026-03"), "触及条款")

    assert town[0] == "东岸镇"
    assert town[2:5] == ("揭府〔2009〕56号 第二十七条", "未及时制止的情节特别严重案件 1 宗 ≥ 1 宗", "诫勉谈话")
    assert town[6] == "C2；未计入（已及时制止）：C1"
    assert county[3] == "违法占用耕地比例 12.50% > 10%"
    assert answers.RECORDER not in str(department)


def test_nothing_in_the_report_decides(acted):
    text = "\n".join(texts(report(acted, "2026")))

    assert text.count("由有权机关决定") == 2


def test_duties_are_counted_by_how_they_stand(acted):
    march = report(acted, "2026-03")

    # due in March: J17-noticed of C1 (met), J17-stop of C2 (met late); due in April and still overdue: J17-demolish
    assert rows(march, "职责按单位") == [("东岸镇", 2, 1, 1, 0, 0)]
    assert [row[5:7] for row in rows(march, "逾期事项")] == [(5, "逾期履行")]
    assert [row[5:7] for row in rows(report(acted, "2026-05"), "逾期事项")] == [(74, "已逾期")]


def test_measures_tell_whether_the_violation_was_corrected_in_time(acted):
    # M1 is of February and was to be corrected by the end of March: it is told for as long as it is not
    assert [(row[0].isoformat(), row[6]) for row in rows(report(acted, "2026-03"), "已采取的措施")] == [
        ("2026-02-10", "整改期内"),
        ("2026-03-20", "整改期内"),
    ]
    assert [(row[0].isoformat(), row[6]) for row in rows(report(acted, "2026Q2"), "已采取的措施")] == [
        ("2026-02-10", "逾期未整改"),
        ("2026-03-20", "2026年4月20日整改完成"),
        ("2026-05-06", "未设整改期限"),
    ]


def test_a_period_is_compared_with_the_one_before(acted):
    april = rows(report(acted, "2026-04"), "与上期比较：数量")

    assert april[0] == ("新发现案件（宗）", 2, 1, -1)
    assert ("结案（宗）", 0, 1, 1) in april
    assert "上期（2026年2月）没有任何登记数据，不作比较。" not in texts(report(acted, "2026-03"))
    assert "上期（2025年度）没有任何登记数据，不作比较。" in texts(report(acted, "2026"))


def test_a_period_that_is_not_over_says_up_to_when(acted):
    assert report(acted, "2026").subtitle == "2026年度（截至2026年6月30日）"
    assert report(acted, "2026-03").subtitle == "2026年3月"
    assert report(acted, "2026", "en").subtitle == "2026 (up to 30 June 2026)"


def test_a_period_to_come_is_refused(acted):
    with pytest.raises(InputError, match="The period 2026-07 begins after the day of the run, 2026-06-30"):
        report(acted, "2026-07")


def test_a_run_without_accountability_is_told_what_to_do(county):
    with pytest.raises(InputError, match=r"Name a regulation under \[accountability\]"):
        report(county, "2026")


@pytest.fixture(scope="session")
def nothing(answered):
    """The little county in which nothing has happened."""
    tables = {
        "duties": DUTIES, "facts": FACTS, "findings": FINDINGS, "would_follow": FINDINGS, "warnings": WARNINGS,
        "indicators": INDICATORS, "events": CASE_EVENTS, "measures": MEASURES, "declarations": DECLARATIONS,
    }  # fmt: skip
    made = replace(answered.accountability, **{name: empty(kind) for name, kind in tables.items()})
    return replace(
        answered, accountability=made, cases=answered.cases.iloc[:0], comparisons=answered.comparisons.iloc[:0]
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_county_in_which_nothing_happened_gets_a_report_that_says_so(nothing, lang):
    document = report(nothing, "2026", lang)
    tables = [block for block in document.blocks if isinstance(block, Table)]

    assert [block.rows for block in tables] == [()] * len(tables)
    assert all(block.empty for block in tables)
    assert not [block for block in document.blocks if isinstance(block, Figure)]
    said = {"zh": "比例无法计算，不等于零", "en": "No ratio is computable"}[lang]
    assert said in " ".join(block.empty for block in tables)


def test_without_a_register_of_events_nothing_is_said_of_closing(answered):
    assert any("未登记案件办理进度" in text for text in texts(report(answered, "2026")))


def test_both_languages_tell_the_same_figures(acted):
    zh, en = (
        [block for block in report(acted, "2026", lang).blocks if isinstance(block, Table)] for lang in ("zh", "en")
    )

    def figures(tables):
        numbers = [
            [[one for one in row if isinstance(one, int | float | date)] for row in block.rows] for block in tables
        ]
        return [len(block.rows) for block in tables], numbers

    assert figures(zh) == figures(en)
    captions = [block.caption + "".join(column.label for column in block.columns) for block in en]
    assert all(text.isascii() or "²" in text for text in captions)


def test_figures_say_in_words_what_they_show(acted):
    figures = [block for block in report(acted, "2026").blocks if isinstance(block, Figure)]

    assert len(figures) == 3
    assert figures[0].alt.startswith("地图：东岸镇 2 宗、西坡镇")
    assert figures[2].alt == (
        "折线图：新发现 0、0、0、0、0、0、0、0、2、1、0、0；结案 0、0、0、0、0、0、0、0、0、1、0、0（自 2025-07 起各月）"
    )
    assert all(figure.png.startswith(b"\x89PNG") for figure in figures)


DAYS = st.dates(date(2025, 1, 1), date(2026, 12, 31))


@given(
    st.lists(st.tuples(DAYS, st.none() | DAYS), max_size=8),
    st.sampled_from(["2025-06", "2025Q4", "2026", "2026-03"]),
)
def test_open_before_and_found_less_closed_is_open_at_the_end(answered, days, text):
    period = Period.parse(text)
    ids = [f"C{number}" for number in range(len(days))]
    cases = pd.DataFrame(
        {
            "found_on": pd.to_datetime(pd.Series([one for one, _ in days], dtype=object)).to_numpy(),
            "status": "confirmed",
        },
        index=pd.Index(ids, name="case_id"),
    )
    closed = [(case, one[1]) for case, one in zip(ids, days, strict=True) if one[1] is not None]
    frame = pd.DataFrame(closed, columns=["case_id", "on"]).assign(event="closed")
    frame["on"] = pd.to_datetime(frame["on"])
    made = replace(answered.accountability, events=frame)
    scope = Scope(replace(answered, cases=cases), made, period.first, period.last, "zh")

    assert len(scope.open_before) + len(scope.new) - len(scope.closed) == len(scope.open)
    assert set(scope.open.index) <= set(scope.open_before.index) | set(scope.new.index)


def test_a_case_is_never_closed_before_it_was_found():
    cases = pd.DataFrame({"found_on": pd.to_datetime(["2026-03-05"])}, index=pd.Index(["A"], name="case_id"))
    closed = pd.DataFrame({"case_id": ["A"], "event": ["closed"], "on": pd.to_datetime(["2026-03-01"])})

    assert case_states(cases, closed, date(2026, 3, 31))["closed_on"].to_list() == [pd.Timestamp("2026-03-05")]


def test_closing_is_the_last_step_even_where_another_is_noted_on_the_same_day():
    cases = pd.DataFrame({"found_on": pd.to_datetime(["2026-03-05"])}, index=pd.Index(["A"], name="case_id"))
    noted = pd.DataFrame(
        {"case_id": "A", "event": ["closed", "corrected"], "on": pd.to_datetime(["2026-03-09", "2026-03-09"])}
    )

    assert case_states(cases, noted, date(2026, 3, 31))["step"].to_list() == ["closed"]


def test_long_lists_tell_how_many_there_are():
    assert first_few("ABCD", 3, "zh") == "A、B、C 等共 4 个"
