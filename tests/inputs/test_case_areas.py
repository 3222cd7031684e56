"""Areas by case: decimal text is kept, and every mistake is named with its row."""

import openpyxl
import pytest

from geoenforce.core.errors import FormatError, TableError
from geoenforce.inputs.case_areas import read_case_areas

HEADER = "case_id,basic_farmland_mu,other_cultivated_mu,other_mu\n"


def written(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "areas.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_rows_keep_their_order_and_other_columns_do_no_harm(tmp_path):
    text = "备注,other_mu,case_id,basic_farmland_mu,other_cultivated_mu\n甲,1,Z,5,0\n乙,2,001,4.99995,0\n"

    cases = read_case_areas(written(tmp_path, text))

    assert cases.index.to_list() == ["Z", "001"]
    assert cases["basic_farmland_mu"].to_list() == [5.0, 4.99995]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_text_of_excel_in_any_encoding_is_read(tmp_path, encoding):
    assert read_case_areas(written(tmp_path, HEADER + "揭东1号,1,2,3\n", encoding)).index.to_list() == ["揭东1号"]


def test_blank_lines_are_passed_over_and_rows_keep_their_numbers(tmp_path):
    with pytest.raises(TableError, match=r"row 4 \(case B\): other_mu is empty"):
        read_case_areas(written(tmp_path, HEADER + "A,1,2,3\n,,,\nB,1,2,\n"))


def test_a_workbook_is_read(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(HEADER.strip().split(","))
    book.active.append(["A", 5, 0.25, 0])
    book.save(tmp_path / "areas.xlsx")

    assert read_case_areas(tmp_path / "areas.xlsx").loc["A"].to_list() == [5.0, 0.25, 0.0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("case_id,basic_farmland_mu\nA,1\n", r"lacks the columns \['other_cultivated_mu', 'other_mu'\]; it has \["),
        (HEADER + "A,1,2,\n", r"row 2 \(case A\): other_mu is empty; write 0 where there is none"),
        (HEADER + "A,1,2\n", r"row 2 \(case A\): other_mu is empty"),
        (HEADER + "A,1,2,-3\n", r"row 2 \(case A\): other_mu must be a plain number from 0, but is '-3'"),
        (HEADER + "A,1,2,nan\n", "other_mu must be a plain number from 0, but is 'nan'"),
        (HEADER + "A,1,2,inf\n", "other_mu must be a plain number from 0, but is 'inf'"),
        (HEADER + "A,1,2,5亩\n", "other_mu must be a plain number from 0, but is '5亩'"),
        (HEADER + 'A,1,2,"1,000"\n', "other_mu must be a plain number from 0, but is '1,000'"),
        (HEADER + "A,1,2,1_0\n", "other_mu must be a plain number from 0, but is '1_0'"),
        (HEADER + ",1,2,3\n", "row 2: case_id is empty"),
        (HEADER + "A,1,2,3\nB,1,2,3\nA,4,5,6\n", r"rows \[2, 4\]: the case 'A' stands more than once"),
        ("", "is empty; the columns"),
    ],
)
def test_each_mistake_is_named_with_its_row(tmp_path, text, words):
    with pytest.raises(TableError, match=words):
        read_case_areas(written(tmp_path, text))


def test_five_mistakes_are_named_and_the_others_counted(tmp_path):
    with pytest.raises(TableError, match="and 2 more") as error:
        read_case_areas(written(tmp_path, HEADER + "".join(f"C{n},,0,0\n" for n in range(7))))

    assert str(error.value).count("is empty") == 5


def test_no_case_is_an_empty_table(tmp_path):
    assert read_case_areas(written(tmp_path, HEADER)).empty


@pytest.mark.parametrize(("name", "words"), [("no.csv", "there is no such file"), ("no.xlsx", "there is no such file")])
def test_a_missing_file_is_named(tmp_path, name, words):
    with pytest.raises(FormatError, match=words):
        read_case_areas(tmp_path / name)


def test_what_is_neither_text_nor_workbook_is_refused(tmp_path):
    (tmp_path / "areas.xlsx").write_bytes(b"PK no workbook")
    with pytest.raises(FormatError, match="cannot be read as an Excel workbook"):
        read_case_areas(tmp_path / "areas.xlsx")

    (tmp_path / "areas.csv").write_bytes(b"\xff\xff\xff")
    with pytest.raises(FormatError, match="neither UTF-8 nor GB18030"):
        read_case_areas(tmp_path / "areas.csv")
