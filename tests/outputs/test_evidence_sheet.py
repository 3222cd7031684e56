"""The evidence sheet: every figure is that of the tables, and nobody's text does more than stand there."""

import csv
import html.parser
import io
from dataclasses import replace
from datetime import date

import docx
import numpy as np
import openpyxl
import pandas as pd
import pypdf
import pytest
from PIL import Image, ImageColor

from geoenforce.core.errors import InputError
from geoenforce.core.terms import LandClass
from geoenforce.outputs.documents.docx import write_docx
from geoenforce.outputs.documents.html import write_html
from geoenforce.outputs.documents.model import Facts, Figure, Heading, Paragraph, Table, shown
from geoenforce.outputs.documents.pdf import write_pdf
from geoenforce.outputs.documents.xlsx import write_xlsx
from geoenforce.outputs.evidence.case import case_of
from geoenforce.outputs.evidence.maps import _with_room, detail_png, overview_png, patches_too_small
from geoenforce.outputs.evidence.sheet import Basis, evidence_document
from geoenforce.outputs.evidence.words import KINDS, WORDS
from geoenforce.outputs.evidence_names import evidence_name
from geoenforce.outputs.palette import LAND_CLASS_FILL

CODE = "0123-4567-89AB-CDEF-GHJK"
OPTIONS = {"regulation": "jieyang-2009", "near_threshold": 0.01, "boundary_sigma_m": 0.5, "ridge": "gross"}
TWO_PATCHES, SEEN_BEFORE, SUSPECTED = "445299-2025-015", "445299-2026-031", "YG260037"


def basis(inputs=(), **more):
    return Basis({"inputs": list(inputs), "options": OPTIONS}, "9.9.9", CODE, **more)


def sheet(results, what, about=None, lang="zh", **options):
    return evidence_document(results, case_of(results, what), about or basis(), lang, **options)


def tables(document):
    return {block.sheet: block for block in document.blocks if isinstance(block, Table)}


def text_of(document):
    """All that is said, in one text."""
    told = [document.title, document.subtitle, document.issued_by, document.source_note]
    for block in document.blocks:
        match block:
            case Heading() | Paragraph():
                told.append(block.text)
            case Facts():
                told += [text for row in block.rows for text in row]
            case Figure():
                told += [block.alt, block.caption]
            case Table():
                told += [block.caption, block.empty, block.note]
                told += [
                    shown(cell, one.show, "zh")
                    for row in block.rows
                    for cell, one in zip(row, block.columns, strict=True)
                ]
    return "\n".join(told)


@pytest.fixture(scope="module")
def rows(demo_run):
    """The rows of a run's CSV that belong to a case; numbers are read as text, as anybody would."""

    def read(name, case_id):
        patches = {row["violation_id"] for row in load("areas") if row["case_id"] == case_id}
        return [row for row in load(name) if row.get("case_id", "") == case_id or row.get("violation_id") in patches]

    def load(name):
        with demo_run.files[f"{name}.csv"].open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    return read


@pytest.mark.parametrize("case_id", [TWO_PATCHES, SEEN_BEFORE, SUSPECTED, "445299-2025-014"])
def test_every_figure_is_that_of_the_csv_files(demo_run, rows, case_id):
    found = tables(sheet(demo_run.results, case_id))
    (case,) = rows("cases", case_id)

    by_class = found["案件各类土地面积"].rows
    assert [one[1] for one in by_class] == pytest.approx([float(case[f"{kind}_mu"]) for kind in LandClass], abs=1e-6)
    assert sum(one[2] for one in by_class) == pytest.approx(float(case["area_m2"]), abs=1e-2)

    patches = {row["violation_id"]: row for row in rows("areas", case_id)}
    assert {one[0] for one in found["各图斑面积"].rows} == set(patches)
    for one in found["各图斑面积"].rows:
        csv_row = patches[one[0]]
        assert one[3] == pytest.approx(float(csv_row["area_m2"]), abs=1e-4)
        assert list(one[4:8]) == pytest.approx([float(csv_row[f"{kind}_mu"]) for kind in LandClass], abs=1e-6)
        assert one[2] == date.fromisoformat(csv_row["found_on"])

    for one, csv_row in zip(found["情节认定过程"].rows, rows("comparisons", case_id), strict=True):
        assert float(one[2]) == float(csv_row["area_mu"])
        assert float(one[5]) == float(csv_row["margin_mu"])
    assert [one[6] == "是" for one in found["情节认定过程"].rows] == [
        row["holds"] == "true" for row in rows("comparisons", case_id)
    ]

    listed = [row for row in rows("pieces", case_id) if float(row["area_m2"]) >= 0.005]
    pieces = sorted((row["violation_id"], row["parcel_id"], round(float(row["area_m2"]), 2)) for row in listed)
    assert sorted((one[0], one[1], round(one[5], 2)) for one in found["地类明细"].rows) == pieces
    assert sum(one[6] for one in found["地类明细"].rows) == pytest.approx(
        sum(float(row["area_mu"]) for row in rows("pieces", case_id)), abs=1e-5
    )


@pytest.mark.parametrize("case_id", [TWO_PATCHES, SEEN_BEFORE])
def test_duties_and_days_are_those_of_the_csv_files(demo_run, rows, case_id):
    found = tables(sheet(demo_run.results, case_id))["履职时限"]
    owed = [row for row in rows("duties", case_id) if row["status"] != "not_applicable"]

    def days(texts):
        return sorted((date.fromisoformat(text) if text else date.min) for text in texts)

    assert len(found.rows) == len(owed) > 0
    assert sorted(one[4] or date.min for one in found.rows) == days(row["due_on"] for row in owed)
    assert sorted(one[5] or date.min for one in found.rows) == days(row["done_on"] for row in owed)


def test_the_timeline_is_in_order_and_holds_every_event(demo_run):
    events = demo_run.results.accountability.events
    events = events[(events["case_id"] == TWO_PATCHES) & (events["event"] != "found")]

    days = [one[0] for one in tables(sheet(demo_run.results, TWO_PATCHES))["时间顺序"].rows]

    assert days == sorted(days)
    assert sorted(days) == sorted([*events["on"].dt.date, date(2025, 12, 22), date(2025, 12, 22)])


def test_last_days_that_passed_without_what_was_due_stand_among_the_events(demo_run, rows):
    missed = [
        row for row in rows("duties", "445299-2025-005") if row["status"] in ("overdue", "met_late") and row["due_on"]
    ]

    told = [one for one in tables(sheet(demo_run.results, "445299-2025-005"))["时间顺序"].rows if "到期未办" in one[1]]

    assert sorted(one[0] for one in told) == sorted(date.fromisoformat(row["due_on"]) for row in missed)
    assert len(told) == 3


def test_findings_that_count_the_case_and_those_that_left_it_out_are_told_apart(demo_run):
    found = tables(sheet(demo_run.results, TWO_PATCHES))["涉及的条款"].rows

    by_article = {(one[0].split("\n")[0], one[1]): one[5] for one in found}
    assert by_article["示范县", "揭府〔2009〕56号 第二十七条"] == "已及时制止，未计入"
    assert by_article["示范县", "揭府〔2009〕56号 第三十一条第（一）项"] == "计入"


def test_patrols_that_passed_before_are_told_with_care(demo_run):
    document = sheet(demo_run.results, SEEN_BEFORE)
    found = tables(document)["发现前经过的巡查"].rows

    assert len(found) == 6
    assert all(one[4] <= one[5] == 200.0 and one[0] < date(2026, 5, 6) for one in found)
    assert [(date(2026, 5, 6) - one[0]).days for one in found] == [one[6] for one in found]
    said = text_of(document)
    assert "这只是线索" in said
    assert "须由人核实后判断" in said
    assert not any(device in said for device in demo_run.results.patrols.trips["device_id"])


def test_near_and_sensitive_cases_are_warned_of(demo_run):
    cases = demo_run.results.cases
    sensitive = cases.index[cases["near_threshold"] & cases["may_change_grade"]][0]
    warned = [
        one.text
        for one in sheet(demo_run.results, sensitive).blocks
        if isinstance(one, Paragraph) and one.kind == "warning"
    ]
    calm = [
        one.text
        for one in sheet(demo_run.results, TWO_PATCHES).blocks
        if isinstance(one, Paragraph) and one.kind == "warning"
    ]

    assert any("不超过 1%" in text and "应复核" in text for text in warned)
    assert any("认定结果可能因此改变" in text for text in warned)
    assert calm == []


def test_only_the_comparisons_within_the_margin_are_near(demo_run):
    """5 mu: 4.999 is within 1 %; the same 4.999 is far from 10, and so is nothing from 20 and 40."""
    near = {(one[0], one[4]): one[7] for one in tables(sheet(demo_run.results, "445299-2025-002"))["情节认定过程"].rows}

    assert [key for key, word in near.items() if word] == [("基本农田", "5")]


def test_layers_stand_there_with_hash_and_only_the_one_in_force_is_marked(demo_run):
    layer = {"kind": "basic_farmland", "sha256": "abcdef0123456789" * 4, "path": "a"}
    inputs = [
        {**layer, "source": f"{day}.shp", "options": {"effective_from": day} if day else {}}
        for day in ("2021-01-01", "2025-07-01", "2025-12-23")
    ]
    inputs += [{"kind": "violations", "sha256": "f" * 64, "path": name, "source": name, "options": {}} for name in
               ("violations/巡查发现.xlsx", "violations/卫片图斑.shp")]  # fmt: skip

    found = tables(sheet(demo_run.results, TWO_PATCHES, basis(inputs)))["数据来源"].rows

    assert [(one[1], one[3]) for one in found[:3]] == [
        ("2021-01-01.shp", ""),
        ("2025-07-01.shp", "是"),
        ("2025-12-23.shp", ""),
    ]
    assert [one[1] for one in found[3:]] == ["violations/巡查发现.xlsx"]
    assert found[0][4] == "abcdef012345"


def test_without_pieces_accountability_and_patrols_the_sheet_says_so(demo_run):
    bare = replace(demo_run.results, pieces=None, accountability=None, patrols=None)

    document = sheet(bare, TWO_PATCHES)

    said = text_of(document)
    assert tables(document)["地类明细"].rows == ()
    for words in ("本次运行未生成地类明细", "本次运行没有巡查轨迹", "没有登记办理进度"):
        assert words in said
    assert "涉及的条款" in said


def test_a_patch_leads_to_its_case_and_an_unknown_id_to_those_alike(demo_run):
    assert case_of(demo_run.results, "XC2025122200015_2").case_id == TWO_PATCHES
    with pytest.raises(InputError, match=r"no case or patch '445299-2025-15'\. Is it one of \['445299-2025-015'"):
        case_of(demo_run.results, "445299-2025-15")
    with pytest.raises(InputError, match="Cases are"):
        case_of(demo_run.results, "?")


def test_pieces_too_small_to_be_shown_are_counted_and_not_listed(county):
    speck = county.pieces.iloc[:1].assign(area_m2=0.004, parcel_id="P9")
    specked = replace(county, pieces=pd.concat([county.pieces, speck], ignore_index=True))

    found = tables(sheet(specked, "C1"))["地类明细"]

    assert [one[1] for one in found.rows] == ["P1", "（无地类图斑）"]
    assert found.note.startswith("另有 1 块各不足 0.005 ㎡")


def test_numbers_of_points_do_not_lie_on_each_other():
    """Texts 10 wide on a map 100 wide, lines 1.8 high: the second lies on the first, the third above, the fourth beside."""
    places = np.array([[0.0, 0.0], [9.9, 0.0], [0.0, 1.9], [10.1, 0.0]])

    assert _with_room(places, np.full(4, 10.0), 100.0) == [0, 2, 3]


def test_patches_that_do_not_count_are_listed_but_not_measured(county):
    mixed = replace(county, violations=county.violations.assign(
        case_id=county.violations["case_id"].replace({"C6": "C1"})), areas=county.areas.assign(
        case_id=county.areas["case_id"].replace({"C6": "C1"})))  # fmt: skip

    document = sheet(mixed, "C1")

    assert [(one[0], one[1]) for one in tables(document)["各图斑面积"].rows] == [("V1", "计入"), ("V6", "未计入")]
    assert {one[0] for one in tables(document)["界址点坐标"].rows} == {"V1"}
    with pytest.raises(InputError, match="is not counted in any case"):
        case_of(county, "V6")


def test_names_and_notes_only_where_they_are_asked_for(answered):
    told = answered.accountability.events
    event = dict.fromkeys(told.columns) | {"case_id": "C2", "event": "stopped", "note": "电话告知王某"}
    event |= {"on": pd.Timestamp("2026-03-05"), "office": "445299001"}
    events = pd.concat([told, pd.DataFrame([event])], ignore_index=True).astype({"on": "datetime64[s]"})
    noted = replace(answered, accountability=replace(answered.accountability, events=events))

    without, with_names = (text_of(sheet(noted, "C2", with_personal_data=one)) for one in (False, True))

    assert "东岸镇" in without
    for secret in ("张某", "王某", "李某某"):
        assert secret not in without
    assert "张某" in with_names
    assert "电话告知王某" in with_names
    assert "李某某" not in with_names


def test_images_of_before_and_after_stand_there_if_there_are_any(demo_run, tmp_path):
    image = io.BytesIO()
    Image.new("RGB", (4, 3)).save(image, "PNG")
    (tmp_path / f"{TWO_PATCHES}_before.png").write_bytes(image.getvalue())

    shown_now = sheet(demo_run.results, TWO_PATCHES, basis(chips=tmp_path))
    (tmp_path / f"{TWO_PATCHES}_after.png").write_bytes(b"<html>")

    assert [one.png for one in shown_now.blocks if isinstance(one, Figure) and "前时相" in one.caption] == [
        image.getvalue()
    ]
    assert "前后影像" not in text_of(sheet(demo_run.results, TWO_PATCHES))
    with pytest.raises(InputError, match="is no PNG image"):
        sheet(demo_run.results, TWO_PATCHES, basis(chips=tmp_path))


def colors_of(png):
    return {color for _, color in Image.open(io.BytesIO(png)).convert("RGB").getcolors(maxcolors=1 << 24)}


def test_the_detail_map_shows_the_classes_that_were_taken(county):
    """C1 is basic farmland and other cultivated land; nothing of it is approved or other land."""
    colors = colors_of(detail_png(case_of(county, "C1"), "zh"))

    taken = [kind for kind in LandClass if ImageColor.getrgb(LAND_CLASS_FILL[kind]) in colors]
    assert taken == [LandClass.BASIC_FARMLAND, LandClass.OTHER_CULTIVATED]


def test_the_same_case_gives_the_same_maps(county):
    case = case_of(county, "C2")

    assert detail_png(case, "zh") == detail_png(case, "zh")
    assert overview_png(county, case, "en") == overview_png(county, case, "en")


def test_patches_far_apart_have_maps_of_their_own(demo_run):
    case = case_of(demo_run.results, TWO_PATCHES)

    captions = [one.caption for one in sheet(demo_run.results, TWO_PATCHES).blocks if isinstance(one, Figure)]

    assert patches_too_small(case) == ["XC2025122200015_1", "XC2025122200015_2"]
    assert sum("XC2025122200015" in caption for caption in captions) == 2
    assert patches_too_small(case_of(demo_run.results, SEEN_BEFORE)) == []


def test_more_small_patches_than_have_maps_of_their_own_are_said_to_be_left_out(demo_run, monkeypatch):
    monkeypatch.setattr("geoenforce.outputs.evidence.sheet._MOST_DETAILS", 1)

    assert "另有 1 个图斑未单独出图" in text_of(sheet(demo_run.results, TWO_PATCHES))


class _Tags(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize("place", [2, 3], ids=["an image as id", "a formula as id"])
def test_hostile_texts_stay_text_in_every_format(answered, patrolled, tmp_path, place):
    hostile = replace(answered, patrols=patrolled.patrols)
    case_id = hostile.cases.index[place]
    document = sheet(hostile, case_id, with_personal_data=True)
    name = evidence_name(case_id)
    for write, suffix in ((write_html, "html"), (write_docx, "docx"), (write_xlsx, "xlsx"), (write_pdf, "pdf")):
        write(document, tmp_path / f"{name}.{suffix}")

    tags = _Tags((tmp_path / f"{name}.html").read_text(encoding="utf-8")).found
    assert not any(attribute.startswith("on") for _, attributes in tags for attribute in attributes)
    assert not any(tag == "script" for tag, _ in tags)
    assert all(attributes["src"].startswith("data:image/png") for tag, attributes in tags if tag == "img")
    book = openpyxl.load_workbook(tmp_path / f"{name}.xlsx")
    formulas = [cell.value for page in book for row in page for cell in row if cell.data_type == "f"]
    assert all(str(formula).upper().startswith(("=SUM", "=SUBTOTAL")) for formula in formulas)
    words = docx.Document(tmp_path / f"{name}.docx")
    cells = [cell.text for table in words.tables for row in table.rows for cell in row.cells]
    assert case_id in cells
    assert pypdf.PdfReader(tmp_path / f"{name}.pdf").pages


def test_both_languages_have_the_same_words_and_english_sheets_no_chinese_ones(county):
    assert WORDS["zh"].keys() == WORDS["en"].keys()
    assert KINDS["zh"].keys() == KINDS["en"].keys()

    labels = [one.label for table in tables(sheet(county, "C1", lang="en")).values() for one in table.columns]

    assert all(label.isascii() or "m²" in label for label in labels)


def test_the_code_stands_on_the_sheet_in_words_and_as_a_picture(county):
    document = sheet(county, "C1")

    assert f"geoenforce audit verify --code {CODE}" in text_of(document)
    assert CODE in document.source_note
    assert [one.caption for one in document.blocks if isinstance(one, Figure)][-1] == f"校验码 {CODE}"
