"""The patrol report: its figures by hand on the little county, and against the CSV files of the demo county."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import docx
import openpyxl
import pandas as pd
import pytest
from pypdf import PdfReader

from geoenforce.core.patrol_tables import COVERAGE, INTEGRITY, PATROL_DAYS, RECONCILIATION, UNSEEN
from geoenforce.core.tables import empty
from geoenforce.outputs.documents.docx import write_docx
from geoenforce.outputs.documents.html import page, write_html
from geoenforce.outputs.documents.model import Facts, Figure, Heading, Paragraph, Table
from geoenforce.outputs.documents.pdf import write_pdf
from geoenforce.outputs.documents.periods import Period
from geoenforce.outputs.documents.xlsx import write_xlsx
from geoenforce.outputs.patrol_report import patrol_report
from geoenforce.outputs.patrol_report.general import LOOKS

JUNE, APRIL = Period.parse("2026-06"), Period.parse("2026-04")


@pytest.fixture(scope="module")
def june(patrolled):
    towns = patrolled.townships.assign(township_name=["东岸镇", "西岭镇"])
    named = replace(patrolled, title="示范县", townships=towns)
    return patrol_report(named, JUNE, audience="supervisor", issued_by="示范县局")


@pytest.fixture(scope="module")
def april(demo_run):
    return patrol_report(demo_run.results, APRIL, audience="supervisor")


@pytest.fixture(scope="module")
def csv(demo_run):
    def read(name):
        return pd.read_csv(
            demo_run.files[f"{name}.csv"], encoding="utf-8-sig", dtype={"office": str, "township_code": str}
        )

    return read


def table(document, caption):
    return next(block for block in document.blocks if isinstance(block, Table) and block.caption == caption)


def texts(document):
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


def headings(document):
    return [block.text for block in document.blocks if isinstance(block, Heading)]


# --- by hand -------------------------------------------------------------------------------------


def test_the_county_kept_two_of_three_days(june):
    # 26 patrolled, 29 too short, 30 patrolled
    sentence = (
        "2026年6月，示范县有工作日 3 个，其中免予巡查 0 个，应巡 3 个；达标 2 个，未达标 1 个，巡查达标率 66.67%。"
    )
    facts = dict(next(block for block in june.blocks if isinstance(block, Facts)).rows)

    assert sentence in texts(june)
    assert (facts["应巡（天）"], facts["未达标（天）"], facts["最长连续未达标（天）"]) == ("3", "1", "1")
    # 2996.40 + 600.00 + 5274.96 m = 8.87 km; 30 + 5.5 + 75 min = 1.84 h
    assert "本期共巡查 3 次（含非工作日），辖区内里程 8.87 公里，辖区内时长 1.8 小时。" in texts(june)


def test_missed_and_excused_days_are_listed_with_their_dates(june):
    assert table(june, "未达标日").rows == (
        ("示范县", date(2026, 6, 29), "一", "巡查时长或里程不足", 1, 0.6, 5.5 / 60),
    )
    assert table(june, "免予巡查的工作日").rows == ()
    assert table(june, "各乡镇（街道）未达标日期").rows == (("东岸镇", 1, "6月29日"), ("西岭镇", 1, "6月29日"))


def test_an_excused_day_counts_on_neither_side_of_a_townships_rate(june):
    west = table(june, "各乡镇（街道）巡查达标情况").rows[1]

    # 26 kept, 29 missed, 30 excused: 1 of 2 owed
    assert west[:7] == ("西岭镇", 2, 1, 1, 0.5, None, 1)
    # 1198.56 + 600.00 m; 12 + 5.5 min
    assert west[7:] == (2, pytest.approx(1.79856), pytest.approx(17.5 / 60))


def test_basic_farmland_is_in_mu_and_square_metres(june):
    rows = table(june, "各乡镇（街道）基本农田巡查覆盖").rows

    # 2 000 000 m² = 3000 mu, of which 1 500 000 m² = 2250 mu seen
    assert rows[0][:6] == ("东岸镇", 3000.0, 2_000_000.0, 2250.0, 1_500_000.0, 0.75)
    # (1 500 000 + 999 700) ÷ 3 000 000 = 83.32 %
    assert any("基本农田 4500.00 亩（3000000.00 平方米）" in text and "覆盖率 83.32%" in text for text in texts(june))


def test_unseen_farmland_is_counted_by_township_the_largest_first(june):
    assert table(june, "各乡镇（街道）超期未巡的基本农田").rows[1] == ("西岭镇", 1, 0, 300.0, 200_000.0)
    assert [row[1:] for row in table(june, "面积最大的未巡地块").rows] == [
        ("西岭镇", 300.0, 200_000.0, date(2026, 5, 16), 45),
        ("东岸镇", 60.0, 40_000.0, "从未", None),
    ]


def test_who_must_explain_what(june):
    asked = [row[:4] for row in table(june, "需要说明和整改的事项").rows]

    assert asked[0] == ("示范县", "工作日未达标（天）", 1, "6月29日")
    assert ("西岭镇", "基本农田超期未巡（块）", 1, "合计 300.00 亩，其中 0 块从未巡到") in asked
    assert ("一队", "轨迹真实性疑点（项）", 1, "轨迹疑似重放 1") in asked
    assert [row[2] for row in asked if row[1] == "台账与轨迹不一致（项）"] == [1]


def test_doubts_are_for_the_supervisor_alone(patrolled, june):
    handed_on = patrol_report(patrolled, JUNE, audience="leader")

    assert "轨迹真实性疑点" in headings(june)
    assert table(june, "真实性疑点").rows[0][3:7] == ("轨迹疑似重放", "4.20", "10", "米")
    for format_ in (page(handed_on), repr(handed_on.blocks)):
        assert "轨迹疑似重放" not in format_
        assert "疑点" not in format_
        assert "DEV-0001" not in format_.replace("20260630-083000-DEV-0001", "").replace("20260626-073000-DEV-0001", "")


def test_hostile_names_stay_text(patrolled):
    text = page(patrol_report(patrolled, JUNE, audience="supervisor"))

    assert "<img src=x" not in text
    assert "&lt;img src=x" in text
    assert "<script>" not in text


# --- against the files of the demo county --------------------------------------------------------------


def test_the_days_are_those_of_patrol_days_csv(april, csv):
    days = csv("patrol_days")
    days = days[(days["level"] == "county") & days["on"].str.startswith("2026-04")]
    missed = days[~days["is_compliant"] & ~days["is_excused"]]

    assert [row[1].isoformat() for row in table(april, "未达标日").rows] == list(missed["on"])
    assert len(table(april, "示范县逐日巡查情况").rows) == len(days)
    assert [row[0].isoformat() for row in table(april, "示范县逐日巡查情况").rows] == list(days["on"])


def test_the_rates_are_those_of_patrol_rates_csv(april, csv):
    rates = csv("patrol_rates")
    of_april = rates[(rates["level"] == "township") & (rates["period"] == "2026-04")].sort_values("office")
    rows = table(april, "各乡镇（街道）巡查达标情况").rows

    assert [row[4] for row in rows] == pytest.approx(list(of_april["rate"]), abs=1e-6)
    assert [row[6] for row in rows] == list(of_april["longest_missed"])
    assert [row[2] for row in rows] == list(of_april["compliant_days"])


def test_the_coverage_is_that_of_coverage_csv(april, csv):
    seen = csv("coverage")
    of_april = seen[(seen["period_from"] == "2026-04-01") & (seen["period_to"] == "2026-04-30")]
    of_april = of_april[of_april["land"] == "basic_farmland"].sort_values("township_code")
    rows = table(april, "各乡镇（街道）基本农田巡查覆盖").rows

    assert [row[2] for row in rows] == pytest.approx(list(of_april["ground_m2"]), abs=1e-3)
    assert [row[4] for row in rows] == pytest.approx(list(of_april["seen_m2"]), abs=1e-3)


def test_the_ledger_and_the_unseen_patches_are_those_of_their_files(april, csv):
    compared = csv("ledger_reconciliation")
    compared = compared[compared["on"].str.startswith("2026-04")]
    unseen = csv("unseen")

    assert sum(row[1] for row in table(april, "台账核对结果").rows) == len(compared)
    assert len(table(april, "不一致的事项").rows) == (compared["result"] != "matched").sum()
    assert sum(row[1] for row in table(april, "各乡镇（街道）超期未巡的基本农田").rows) == len(unseen)


@pytest.mark.parametrize(("period", "months"), [("2026Q2", 2), ("2026", 3)])
def test_a_longer_period_is_followed_month_by_month(demo_run, csv, period, months):
    document = patrol_report(demo_run.results, Period.parse(period))
    rates = csv("patrol_rates")
    by_month = rates[(rates["level"] == "county") & (rates["period"].str.len() == 7)].tail(months)

    assert [row[0] for row in table(document, "分月巡查达标情况").rows] == list(by_month["period"])
    assert [row[6] for row in table(document, "分月巡查达标情况").rows] == pytest.approx(
        list(by_month["rate"]), abs=1e-6
    )
    assert "本期资料只到" in texts(document)[0]


# --- in every format -------------------------------------------------------------------------------


def test_every_format_says_the_same(june, tmp_path):
    write_docx(june, tmp_path / "a.docx")
    write_pdf(june, tmp_path / "a.pdf")
    write_html(june, tmp_path / "a.html")
    write_xlsx(june, tmp_path / "a.xlsx")

    word = docx.Document(tmp_path / "a.docx")
    pdf = PdfReader(tmp_path / "a.pdf")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    printed = "".join("".join(one.extract_text().split()) for one in pdf.pages)
    tables = [block for block in june.blocks if isinstance(block, Table)]
    assert 6 <= len(pdf.pages) <= 12
    assert len(word.tables) == len([one for one in tables if one.rows]) + 1  # the facts
    assert len(word.inline_shapes) == len([block for block in june.blocks if isinstance(block, Figure)])
    assert len(book.sheetnames) == len(tables) + 2  # the text, the pictures
    for said in (*headings(june), *texts(june)):
        assert "".join(said.split()) in printed
        assert said in (tmp_path / "a.html").read_text(encoding="utf-8")
        assert any(said in paragraph.text for paragraph in word.paragraphs)
    assert book["各乡镇（街道）巡查达标情况"]["E2"].value == pytest.approx(2 / 3)


def test_the_english_report_has_no_chinese_but_names(patrolled):
    english = patrol_report(replace(patrolled, title="Demo"), JUNE, lang="en", audience="supervisor")
    said = [*headings(english), *texts(english)]
    said += [column.label for block in english.blocks if isinstance(block, Table) for column in block.columns]

    assert not [text for text in said if any("\u4e00" <= letter <= "\u9fff" for letter in text)]
    assert (
        "June 2026: Demo had 3 working days, 0 of them excused and 3 owed; 2 were kept and 1 missed: a rate of 66.67%."
        in said
    )


# --- what is missing is said ------------------------------------------------------------------------


def test_without_patrols_the_document_says_so(county, tmp_path):
    document = patrol_report(county, JUNE)
    write_pdf(document, tmp_path / "a.pdf")

    assert texts(document)[0].startswith("本次运行没有巡查轨迹")
    assert len(PdfReader(tmp_path / "a.pdf").pages) == 1


def test_a_period_that_nothing_is_known_of_names_the_days_at_hand(patrolled):
    document = patrol_report(patrolled, Period.parse("2025-01"))

    assert "现有资料的日期为：2026年6月1日 — 2026年6月30日" in texts(document)[0]


def test_a_period_without_working_day_ledger_or_land_says_so(patrolled, tmp_path):
    bare = replace(
        patrolled.patrols, days=empty(PATROL_DAYS), coverage=empty(COVERAGE), unseen=empty(UNSEEN),
        reconciliation=empty(RECONCILIATION), integrity=empty(INTEGRITY),
    )  # fmt: skip
    document = patrol_report(replace(patrolled, patrols=bare), JUNE, audience="supervisor")
    for write, name in ((write_docx, "a.docx"), (write_pdf, "a.pdf"), (write_xlsx, "a.xlsx"), (write_html, "a.html")):
        write(document, tmp_path / name)

    said = texts(document)
    assert "没有乡镇边界或本期没有工作日，未逐日统计。" in said
    assert "没有提交巡查台账，未核对。" in said
    assert "没有基本农田图层，未检查未巡地块。" in said
    assert any(text.startswith("本期没有基本农田覆盖数据") for text in said)
    assert table(document, "真实性疑点").empty == "本期没有发现真实性疑点。"
    assert table(document, "需要说明和整改的事项").empty == "本期没有需要说明的事项。"


def test_a_month_in_which_everything_was_excused_has_no_rate(patrolled):
    days = patrolled.patrols.days.assign(is_excused=True, is_compliant=False, reason="excused")
    document = patrol_report(replace(patrolled, patrols=replace(patrolled.patrols, days=days)), JUNE)

    assert any("全部免予巡查，不计巡查达标率" in text for text in texts(document))
    assert table(document, "各乡镇（街道）巡查达标情况").rows[0][4] is None


def test_a_prefecture_has_a_calendar_for_each_county(patrolled):
    towns = patrolled.townships.assign(county_code=["445299", "445298"])
    other = patrolled.patrols.days.query("level == 'county'").assign(office="445298")
    days = pd.concat([patrolled.patrols.days, other], ignore_index=True)
    both = replace(patrolled, townships=towns, patrols=replace(patrolled.patrols, days=days))

    document = patrol_report(both, JUNE)

    calendars = [block.caption for block in document.blocks if isinstance(block, Figure) and "日历" in block.caption]
    assert calendars == ["445298巡查日历（2026年6月）", "445299巡查日历（2026年6月）"]


def test_kinds_of_days_are_told_apart_by_lightness_alone_for_weak_eyes_and_grey_paper():
    lights = []
    for color in (*(fill for fill, _ in LOOKS.values()), "#f4f5f6"):  # the last: no working day
        parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        lights.append(116 * (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]) ** (1 / 3) - 16)  # L*

    assert min(one - other for one, other in pairwise(sorted(lights, reverse=True))) > 9


def test_who_must_look_at_how_much_is_told_as_in_the_table_of_unseen_land(april):
    (row,) = [
        row for row in table(april, "需要说明和整改的事项").rows if row[:2] == ("石磨岭镇", "基本农田超期未巡（块）")
    ]

    assert row[3].startswith("合计 1073.9963 亩")  # and not 1074.00


def test_units_of_doubts_are_in_words(april):
    assert {row[6] for row in table(april, "真实性疑点").rows} == {"分钟", "米"}


def test_a_sentence_in_english_begins_with_a_capital(patrolled):
    quarter = patrol_report(replace(patrolled, title="Demo"), Period.parse("2026Q2"), lang="en")

    assert any(text.startswith("Second quarter of 2026: ") for text in texts(quarter))
