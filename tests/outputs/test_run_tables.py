"""The tables of a run, read back from its files."""

from geoenforce.core.tables import AREAS
from geoenforce.outputs.run_tables import run_table


def test_a_table_that_was_written_anew_is_read_anew(tmp_path):
    file = tmp_path / "areas.csv"
    file.write_text("violation_id,case_id,other_mu\nA1,A,1.5\n", encoding="utf-8")
    before = run_table(tmp_path, AREAS)
    file.write_text("violation_id,case_id,other_mu\nB1,B,2.25\nB2,B,0\n", encoding="utf-8")

    assert before["other_mu"].to_list() == [1.5]
    assert run_table(tmp_path, AREAS)["other_mu"].to_list() == [2.25, 0.0]


def test_what_a_reader_does_with_a_table_is_not_seen_by_the_next(tmp_path):
    (tmp_path / "areas.csv").write_text("violation_id,case_id,other_mu\nA1,A,1.5\n", encoding="utf-8")

    one = run_table(tmp_path, AREAS)
    one["other_mu"] = 9.0

    assert run_table(tmp_path, AREAS)["other_mu"].to_list() == [1.5]


def test_an_apostrophe_that_keeps_a_spreadsheet_from_running_a_text_is_taken_off_and_no_other(tmp_path):
    written = "violation_id,case_id\n'=1+1,O'Hara\n'x,A\n"
    (tmp_path / "areas.csv").write_text(written, encoding="utf-8")

    read = run_table(tmp_path, AREAS)

    assert read["violation_id"].to_list() == ["=1+1", "'x"]
    assert read["case_id"].to_list() == ["O'Hara", "A"]
