import re
import time
import zipfile
from dataclasses import replace
from datetime import datetime

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn
from pypdf import PdfReader

from geoenforce.outputs.documents import fonts
from geoenforce.outputs.documents.docx import write_docx
from geoenforce.outputs.documents.html import page, write_html
from geoenforce.outputs.documents.model import Column, Facts, Heading, Paragraph, Table
from geoenforce.outputs.documents.pdf import write_pdf
from geoenforce.outputs.documents.xlsx import write_xlsx

DAY = datetime.fromisoformat("2026-03-02")
WRITERS = {"docx": write_docx, "pdf": write_pdf, "html": write_html, "xlsx": write_xlsx}


@pytest.fixture(scope="module")
def files(paper, tmp_path_factory):
    folder = tmp_path_factory.mktemp("paper")
    for kind, write in WRITERS.items():
        write(paper, folder / f"paper.{kind}")
    return {kind: folder / f"paper.{kind}" for kind in WRITERS}


@pytest.mark.parametrize("kind", WRITERS)
def test_the_same_document_gives_the_same_bytes_at_another_time(kind, paper, files, tmp_path, monkeypatch):
    later = time.time() + 100_000
    monkeypatch.setattr(time, "time", lambda: later)

    WRITERS[kind](paper, tmp_path / f"again.{kind}")

    assert (tmp_path / f"again.{kind}").read_bytes() == files[kind].read_bytes()


def test_word_holds_the_text_in_its_order_with_numbered_headings(files):
    texts = [paragraph.text for paragraph in docx.Document(files["docx"]).paragraphs if paragraph.text]

    assert texts[:4] == ["动态巡查情况通报", "2026年3月", "一、总体情况", "本月应巡 21 天。<b>&"]
    assert texts[4:8] == ["（一）未达标日", "表1 未达标日", "里程按椭球量算。", "图1 色块"]
    assert texts[8:12] == ["表2 台账", "本期没有台账。", "二、请核实", "+请说明原因"]
    assert texts[-3:] == ["东岸县局", "2026年4月1日", "编制依据  揭府〔2009〕56号"]


def test_words_table_repeats_its_headings_splits_no_row_and_ends_with_the_sums(files):
    table = docx.Document(files["docx"]).tables[1]
    rows = table._tbl.tr_lst

    assert [row.trPr.find(qn("w:tblHeader")) is not None for row in rows] == [True] + [False] * 61
    assert all(row.trPr.find(qn("w:cantSplit")) is not None for row in rows)
    assert [cell.text for cell in table.rows[2].cells] == [
        "石塱垸镇1",
        "2026年3月2日",
        "1.50",
        "1000.00",
        "1.00%",
        "=1+1",
    ]
    # 1.5 × (0 + 1 + … + 59) = 1.5 × 1770
    assert [cell.text for cell in table.rows[61].cells] == ["合计", "", "2655.00", "1770000.00", "", ""]


def test_word_names_the_fonts_of_official_documents_for_chinese(files):
    styles = docx.Document(files["docx"]).styles
    chinese = {
        name: styles[name].element.rPr.rFonts.get(qn("w:eastAsia")) for name in ("Title", "Heading 1", "Body Text")
    }

    assert chinese == {"Title": "方正小标宋简体", "Heading 1": "黑体", "Body Text": "仿宋"}
    assert (styles["Title"].font.size.pt, styles["Body Text"].font.size.pt) == (22, 16)  # 二号, 三号


def test_words_page_number_is_a_field_between_dashes(files):
    footer = docx.Document(files["docx"]).sections[0].footer.paragraphs[0]

    assert "".join(footer._p.xpath(".//w:t/text()")) == "— 1 —"
    assert footer._p.find(qn("w:fldSimple")).get(qn("w:instr")) == "PAGE"


def test_pictures_say_in_words_what_they_show(files):
    word = docx.Document(files["docx"])
    book = openpyxl.load_workbook(files["xlsx"])

    assert word.inline_shapes[0]._inline.docPr.get("descr") == "一张色块"
    assert 'alt="一张色块"' in files["html"].read_text(encoding="utf-8")
    assert len(book["图表"]._images) == 1


def test_the_pdf_repeats_the_tables_headings_on_every_page_of_it(files):
    pages = [text.extract_text() for text in PdfReader(files["pdf"]).pages]
    with_rows = ["".join(text.split()) for text in pages if "石塱垸镇" in text]

    assert len(with_rows) > 1
    assert all("面积（亩）" in text for text in with_rows)
    assert [f"— {number} —" in text for number, text in enumerate(pages, start=1)] == [True] * len(pages)


def test_the_pdf_has_bookmarks_language_and_the_documents_own_date(files, paper):
    pdf = PdfReader(files["pdf"])

    assert [part.title for part in pdf.outline if not isinstance(part, list)] == ["一、总体情况", "二、请核实"]
    assert pdf.metadata.creation_date.date() == paper.dated_on
    assert (pdf.metadata.title, pdf.metadata.author) == ("动态巡查情况通报", "东岸县局")


def test_the_pdf_brings_its_fonts_and_is_read_without_any_on_the_machine(paper, tmp_path, monkeypatch):
    monkeypatch.setattr(fonts, "installed_fonts", dict)

    write_pdf(paper, tmp_path / "bare.pdf")

    pdf = PdfReader(tmp_path / "bare.pdf")
    embedded = {
        str(font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]["/FontName"])
        for one in pdf.pages
        for font in one["/Resources"]["/Font"].get_object().values()
    }
    assert embedded
    assert all("GeoenforceSansSC" in name for name in embedded)
    assert "石塱垸镇59" in "".join(one.extract_text() for one in pdf.pages)


def test_a_character_that_no_font_has_is_a_box_in_the_pdf(paper, tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(fonts, "installed_fonts", dict)

    write_pdf(replace(paper, blocks=(Heading("𠮷水镇"), Paragraph("𠮷水镇"))), tmp_path / "box.pdf")

    assert PdfReader(tmp_path / "box.pdf").pages[0].extract_text().count("□水镇") == 2
    assert not [record for record in caplog.records if record.levelname == "WARNING"]


@pytest.mark.skipif(fonts.large_font() is None, reason="needs a font with rare characters")
def test_a_rare_character_in_a_pdfs_table_comes_from_a_larger_font_and_stands_in_its_line(paper, tmp_path):
    table = Table("表1", "表", (Column("乡镇"), Column("县")), (("𠮷水镇", "东岸县"),), "")

    write_pdf(replace(paper, blocks=(table,)), tmp_path / "rare.pdf")

    baselines = {}
    PdfReader(tmp_path / "rare.pdf").pages[0].extract_text(
        visitor_text=lambda text, matrix, *_: baselines.update(dict.fromkeys(text.strip(), matrix[5]))
    )
    assert baselines["𠮷"] == baselines["水"] == baselines["县"]


def test_a_pdfs_tables_begin_where_its_text_begins(files):
    page = PdfReader(files["pdf"]).pages[0].get_contents().get_data().decode("latin-1")

    lefts = [float(x) for x in re.findall(r"^([\d.]+) [\d.]+ [\d.]+ -[\d.]+ re", page, re.MULTILINE)]
    assert min(lefts) == 79.37  # the left margin of official documents, 28 mm, in points


def test_the_web_page_asks_nobody_and_escapes_everything(files):
    text = files["html"].read_text(encoding="utf-8")

    assert "default-src 'none'" in text
    assert "本月应巡 21 天。&lt;b&gt;&amp;</p>" in text
    assert "http://" not in text
    assert "https://" not in text
    assert text.count('<th scope="col">') == 6
    assert text.count('<th scope="row"') == 61


def test_an_empty_table_says_why_in_every_format(files):
    pdf = "".join(one.extract_text() for one in PdfReader(files["pdf"]).pages)

    assert "本期没有台账。" in pdf
    assert '<p class="empty">本期没有台账。</p>' in files["html"].read_text(encoding="utf-8")
    assert openpyxl.load_workbook(files["xlsx"])["未达标日 2"]["A2"].value == "本期没有台账。"


def test_the_workbook_has_real_numbers_and_days_and_no_text_that_runs(files):
    sheet = openpyxl.load_workbook(files["xlsx"])["未达标日"]

    assert [cell.value for cell in sheet[3]] == ["石塱垸镇1", DAY, 1.5, 1000, 0.01, "=1+1"]
    assert (sheet["F3"].data_type, sheet["B3"].number_format) == ("s", 'yyyy"年"m"月"d"日"')
    assert (sheet["C3"].number_format, sheet["E3"].number_format) == ("0.00", "0.00%")
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B2", "A1:F61")


def test_the_workbooks_sums_are_formulas_with_their_values_beside_them(files):
    formulas = openpyxl.load_workbook(files["xlsx"])["未达标日"]
    values = openpyxl.load_workbook(files["xlsx"], data_only=True)["未达标日"]

    assert (formulas["A62"].value, formulas["C62"].value) == ("合计", "=SUBTOTAL(109,C2:C61)")
    assert values["C62"].value == 2655


def test_the_workbooks_first_sheet_holds_the_text(files):
    book = openpyxl.load_workbook(files["xlsx"])
    lines = [tuple(cell.value for cell in row) for row in book["正文"].iter_rows()]

    assert book.sheetnames == ["正文", "未达标日", "未达标日 2", "图表"]
    assert ("工作日", "21 天") in lines
    assert (None, "+请说明原因") in lines


def test_a_page_across_is_wider_than_high(paper, tmp_path):
    across = replace(paper, is_landscape=True)
    write_docx(across, tmp_path / "a.docx")
    write_pdf(across, tmp_path / "a.pdf")

    section = docx.Document(tmp_path / "a.docx").sections[0]
    box = PdfReader(tmp_path / "a.pdf").pages[0].mediabox
    assert section.page_width > section.page_height
    assert box.width > box.height


def test_a_cell_longer_than_a_page_goes_on_on_the_next(paper, tmp_path):
    columns, long = (Column("编号"), Column("说明")), "很长的说明。" * 1500
    blocks = (Facts((("事项", long),)), Table("表", "表", columns, (("一", long), ("二", "短")), ""))
    write_pdf(replace(paper, blocks=blocks), tmp_path / "long.pdf")

    text = "".join("".join(one.extract_text().split()) for one in PdfReader(tmp_path / "long.pdf").pages)
    assert text.count("很") == 3000


def test_an_english_document_is_numbered_and_dated_in_english(paper):
    english = replace(paper, lang="en", blocks=(Heading("Summary"), Heading("Days", 2), Paragraph("Text")))

    text = page(english)

    assert "<h2>1. Summary</h2>" in text
    assert "<h3>1.1 Days</h3>" in text
    assert "1 April 2026" in text
    assert '<html lang="en">' in text


def test_a_word_file_is_a_zip_without_the_moment_of_writing(files):
    with zipfile.ZipFile(files["docx"]) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
