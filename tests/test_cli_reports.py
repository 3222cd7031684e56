"""Reports and letters by command, from the store of a small project in which a township obstructed an inquiry."""

import json

import docx
import pytest
from typer.testing import CliRunner

from geoenforce.cli import app
from geoenforce.core.errors import InputError
from geoenforce.pipeline import run
from tests.command_line import call
from tests.shared import once
from tests.store.project import write_project

REPORT = "accountability_report"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    def make(given):
        folder = write_project(given / "small", accountability="", reports='formats = ["html"]')
        return folder, run(folder).files

    return once(tmp_path_factory, "small_reports", make)


def test_a_report_comes_again_from_the_store_byte_for_byte(project, tmp_path):
    folder, files = project

    told = call("report", folder, "--accountability", "-o", tmp_path)

    assert told.splitlines()[-1].endswith("1 of 1 files are byte for byte those of then")
    assert (tmp_path / f"{REPORT}.html").read_bytes() == files[f"{REPORT}.html"].read_bytes()


def test_a_report_is_had_over_another_period_in_another_language_and_form(project, tmp_path):
    told = call("report", project[0], "--period", "2026-03", "--lang", "en", "--format", "docx", "-o", tmp_path)

    assert "byte for byte" not in told  # it is another one: that it differs alarms nobody
    written = docx.Document(str(tmp_path / f"{REPORT}.docx"))
    assert [path.name for path in tmp_path.iterdir()] == [f"{REPORT}.docx"]
    assert written.paragraphs[0].text == "小县: cases of unlawful land use and accountability"
    assert written.paragraphs[1].text == "March 2026"


def test_a_report_of_what_the_run_has_not_is_told(project, tmp_path):
    with pytest.raises(InputError, match=r"has nothing for the report of patrols\. Give \[\[tracks\]\]"):
        call("report", project[0], "--patrols", "-o", tmp_path)


def test_a_template_is_saved_checked_and_used(tmp_path):
    own = tmp_path / "own.docx"
    call("report", "--save-template", own)

    assert call("report", "--check-template", own) == f"{own}: can be used.\n"

    word = docx.Document(str(own))
    word.add_paragraph("{{ motto }}")
    word.save(str(own))
    assert "{{ motto }} is unknown" in call("report", "--check-template", own, code=1)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["notice", "A"], "东镇人民政府："),
        (["discipline", "A"], "没有依据本案触及条款的情形"),
        (["discipline", "445299101"], "不配合查处"),
        (["talk", "东镇", "--year", "2026"], "关于进行诫勉谈话的通知"),
    ],
)
def test_letters_are_drafted(project, tmp_path, words, said):
    call("letter", *words, "--config", project[0], "-o", tmp_path / "a.docx")

    written = "\n".join(one.text for one in docx.Document(str(tmp_path / "a.docx")).paragraphs)
    assert said in written
    assert "号运行记录的数据（截至2026年6月30日）生成" in written


def test_a_letter_that_was_worked_on_is_not_replaced(project, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = ["letter", "notice", "A", "--config", project[0]]
    call(*words)
    call(*words)  # the same draft again does no harm
    letter = tmp_path / "notice_A.docx"
    letter.write_bytes(letter.read_bytes() + b"filled in by hand")
    before = letter.read_bytes()

    for again in (words, ["letter", "notice", "--save-template", letter], ["report", "--save-template", letter]):
        with pytest.raises(InputError, match=r"notice_A\.docx is there already, and differs.*another file with -o"):
            call(*again)

    assert letter.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["notice_A.docx"]


def test_a_report_of_another_period_is_not_compared_with_those_of_the_run(project, tmp_path):
    told = call("report", project[0], "--accountability", "--period", "2026-03", "-o", tmp_path)

    assert "byte for byte" not in told


def test_a_bureaus_letter_is_taken_from_its_folder(project, tmp_path):
    folder, _ = project
    config = (folder / "geoenforce.toml").read_text(encoding="utf-8")
    call("letter", "talk", "--save-template", folder / "papers" / "talk.docx")
    word = docx.Document(str(folder / "papers" / "talk.docx"))
    word.paragraphs[0].text = "本局谈话通知"
    word.save(str(folder / "papers" / "talk.docx"))
    (folder / "own.toml").write_text(config.replace("[reports]", '[reports]\nletters = "papers"'), encoding="utf-8")

    call("letter", "talk", "东镇", "--config", folder / "own.toml", "-o", tmp_path / "a.docx")

    assert docx.Document(str(tmp_path / "a.docx")).paragraphs[0].text == "本局谈话通知"


def test_a_letter_about_nothing_is_a_wrong_use():
    done = CliRunner().invoke(app, ["letter", "talk"])

    assert done.exit_code == 2
    assert "name the case, unit or department it is about" in done.output


def test_a_missing_template_stops_the_run_before_anything_is_written(small_project):
    config = small_project / "geoenforce.toml"
    text = config.read_text(encoding="utf-8").replace("[reports]", '[reports]\ntemplate = "gone.docx"')
    config.write_text(text, encoding="utf-8")

    with pytest.raises(InputError, match=r"gone\.docx: there is no such file\. Name the template under \[reports\]"):
        run(small_project)
    assert not (small_project / "out").exists()


def test_a_county_without_a_violation_runs_and_its_report_says_so(small_project):
    import geopandas as gpd

    from tests.store.project import write_config

    write_config(small_project, accountability="", reports='formats = ["docx"]')
    patches = gpd.read_file(small_project / "tb.gpkg").iloc[:0]
    (small_project / "tb.gpkg").unlink()
    patches.to_file(small_project / "tb.gpkg", engine="pyogrio", geometry_type="Polygon")
    (small_project / "events.csv").write_text("案件编号,事项,日期\n", encoding="utf-8")

    done = run(small_project)

    text = "\n".join(one.text for one in docx.Document(str(done.files[f"{REPORT}.docx"])).paragraphs)
    assert len(done.results.cases) == 0
    assert "截至期末没有已核实的违法案件。" in text
    assert "没有逾期的职责。" in text
    assert done.files["cases.xlsx"].exists()


def test_tables_come_as_json_and_the_dictionary_says_what_they_mean(project, tmp_path):
    call("tables", project[0], "-o", tmp_path, "--json")
    told = json.loads(call("dictionary", "--json"))

    records = json.loads((tmp_path / "cases.json").read_text(encoding="utf-8"))
    assert [record["case_id"] for record in records] == ["A", "B", "C"]
    assert {column["name"] for column in told["tables"]["cases"]["columns"]} >= set(records[0]) - {"case_id"}
    assert "## cases · 案件" in call("dictionary")


def test_a_letter_is_a_word_file_by_its_name_too(project, tmp_path):
    words = ["letter", "notice", "A", "--config", str(project[0]), "-o", str(tmp_path / "a.pdf")]
    done = CliRunner().invoke(app, words)

    assert done.exit_code == 2
    assert "must end in .docx: a letter is a Word file" in done.output
    assert not list(tmp_path.iterdir())
