import pandas as pd
import pytest

from geoenforce.core.errors import GeoenforceError, TableError
from geoenforce.core.tables import AREAS, CASES, ISSUES, PARTIES, VIOLATIONS
from geoenforce.outputs.tables import write_csv


def written(frame, table, folder, **options):
    path = folder / "new" / "table.csv"
    write_csv(frame, table, path, **options)
    return path.read_bytes()


def lines(content):
    return content.decode("utf-8-sig").splitlines()


def test_areas_begin_with_the_columns_that_scripts_rely_on(county, tmp_path):
    header = lines(written(county.areas, AREAS, tmp_path))[0]

    assert header.startswith("violation_id,area_m2,approved_mu,basic_farmland_mu,other_cultivated_mu,other_mu,")


def test_a_row_of_areas_is_rounded_and_short(county, tmp_path):
    # 6.2 mu = 4133.3333… m², 3.8 mu = 2533.3333… m², together 6666.6666… m²
    row = lines(written(county.areas, AREAS, tmp_path))[1]

    assert row == "V1,6666.6667,0.0,6.2,3.8,0.0,0.0,4133.3333,2533.3333,0.0,0.0,C1,confirmed,2026-03-02"


def test_cases_hold_every_column_of_the_contract(county, tmp_path):
    header = lines(written(county.cases, CASES, tmp_path))[0].split(",")

    assert header[0] == "case_id"
    assert {
        "area_m2", "approved_mu", "basic_farmland_mu", "other_cultivated_mu", "other_mu",
        "township_code", "year", "severity", "decided_by", "near_threshold",
    } <= set(header)  # fmt: skip


def test_pandas_reads_a_case_back_as_it_was(county, tmp_path):
    write_csv(county.cases, CASES, tmp_path / "cases.csv")

    case = pd.read_csv(tmp_path / "cases.csv", dtype={"township_code": str}, index_col="case_id").loc["C2"]

    assert case["township_code"] == "445299001"
    assert case["severity"] == "especially_serious"
    assert case["basic_farmland_mu"] == 13.0
    assert case["found_on"] == "2026-03-02"
    assert not case["near_threshold"]


def test_the_same_table_gives_the_same_bytes_and_excel_sees_utf8(county, tmp_path):
    first = written(county.cases, CASES, tmp_path)

    assert written(county.cases, CASES, tmp_path) == first
    assert first.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" not in first


def test_parties_are_left_out_unless_asked_for(county, tmp_path):
    assert "张某" not in written(county.cases, CASES, tmp_path).decode()
    assert "张某" not in written(county.parties, PARTIES, tmp_path).decode()
    assert "张某" not in written(county.violations, VIOLATIONS, tmp_path).decode()
    assert "张某" in written(county.cases, CASES, tmp_path, with_personal_data=True).decode()


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_text_that_excel_would_run_gets_an_apostrophe(county, tmp_path, text):
    issues = county.issues.assign(detail=text)

    write_csv(issues, ISSUES, tmp_path / "issues.csv")

    assert pd.read_csv(tmp_path / "issues.csv", lineterminator="\n").loc[0, "detail"] == "'" + text


def test_negative_numbers_stay_numbers_and_minus_zero_is_zero(county, tmp_path):
    from geoenforce.core.tables import COMPARISONS

    frame = county.comparisons.assign(margin_mu=[-1.5, -1e-9] + [2e-6] * 22)

    write_csv(frame, COMPARISONS, tmp_path / "comparisons.csv")

    column = lines((tmp_path / "comparisons.csv").read_bytes())[0].split(",").index("margin_mu")
    values = [line.split(",")[column] for line in lines((tmp_path / "comparisons.csv").read_bytes())[1:4]]
    assert values == ["-1.5", "0.0", "0.000002"]


def test_an_empty_table_is_a_header(county, tmp_path):
    assert lines(written(county.issues.iloc[:0], ISSUES, tmp_path)) == ["file,layer,row,feature,problem,detail,action"]


def test_a_table_that_is_not_what_it_claims_is_refused(county, tmp_path):
    with pytest.raises(TableError, match=r"'areas'.*lacks the columns \['area_m2'\]"):
        write_csv(county.areas.drop(columns="area_m2"), AREAS, tmp_path / "areas.csv")


def test_a_file_that_cannot_be_replaced_is_named_with_the_way_out(county, tmp_path):
    (tmp_path / "areas.csv").mkdir()

    with pytest.raises(GeoenforceError, match=r"areas\.csv cannot be written .*Close it where it is open"):
        write_csv(county.areas, AREAS, tmp_path / "areas.csv")
