"""The code of a case holds its record against the store: what is altered there is found."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from geoenforce.core.errors import InputError
from geoenforce.inputs.config import load_config
from geoenforce.pipeline import run
from geoenforce.pipeline.again import stored_run
from geoenforce.pipeline.storing import reading_store
from geoenforce.store.case_codes import case_code, check_code
from tests.store.project import write_project, write_violations


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """Two runs, 7 and 9: between them case A shrank, and B stayed as it was. And the codes of both."""
    project = write_project(tmp_path_factory.mktemp("county") / "county", accountability="")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("GEOENFORCE_STORE_URL", raising=False)
        first = run(project).results
        write_violations(project, mu=(4, 4, 1))
        second = run(project).results
    return project, first, second


@pytest.fixture
def project(finished, tmp_path, monkeypatch):
    monkeypatch.delenv("GEOENFORCE_STORE_URL", raising=False)
    return shutil.copytree(finished[0], tmp_path / "county")


def checked(project, code):
    with reading_store(load_config(project)) as store:
        return check_code(store, code)


def alter(project, statement):
    """Write behind the store's back; the triggers of its spatial index know functions that are not at hand here."""
    with closing(sqlite3.connect(project / "store.gpkg")) as store, store:
        for (trigger,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            store.execute(f'DROP TRIGGER "{trigger}"')
        store.execute(statement)


def test_a_code_leads_to_its_case_and_run(project, finished):
    _, first, second = finished

    old, new = checked(project, case_code(first, "A")), checked(project, case_code(second, "A"))

    assert (old.case_id, old.run, old.last_run, old.is_current) == ("A", 7, 9, False)
    assert (new.case_id, new.run, new.as_of, new.is_current) == ("A", 9, "2026-06-30", True)


def test_codes_are_checked_on_either_database(tmp_path, empty_url, monkeypatch):
    monkeypatch.setenv("GEOENFORCE_STORE_URL", empty_url)
    project = write_project(tmp_path / "county")
    write_violations(project, mu=(6,))
    run(project)
    write_violations(project, mu=(6, 4))
    second = run(project).results

    found = checked(project, case_code(second, "B"))
    wrong = case_code(second, "B")[:5] + "0000-0000-0000-0000"

    assert (found.case_id, found.run, found.is_current) == ("B", found.last_run, True)
    assert (checked(project, wrong).case_id, checked(project, wrong).run) == (
        "B",
        None,
    )  # the first run has no B at all


def test_what_did_not_change_between_runs_has_the_same_code(project, finished):
    _, first, second = finished

    assert case_code(first, "B") == case_code(second, "B")
    assert checked(project, case_code(first, "B")).run == 9
    assert len({case_code(second, case_id) for case_id in "ABC"}) == 3


def test_results_out_of_the_store_give_the_code_of_the_run(project, finished):
    config = load_config(project)

    for number, results in ((7, finished[1]), (9, finished[2])):
        loaded = stored_run(config, number).results
        assert [case_code(loaded, case_id) for case_id in "ABC"] == [case_code(results, case_id) for case_id in "ABC"]


def test_the_codes_of_the_demo_county_are_all_found(demo_run, demo_folder):
    with reading_store(load_config(demo_folder)) as store:
        for case_id in demo_run.results.cases.index:
            found = check_code(store, case_code(demo_run.results, case_id))
            assert (found.case_id, found.is_current) == (case_id, True)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE cases SET severity = 'especially_serious' WHERE case_id = 'B'",
        "UPDATE cases SET basic_farmland_mu = basic_farmland_mu + 0.0001 WHERE case_id = 'B'",
        "UPDATE comparisons SET limit_mu = 3 WHERE case_id = 'B' AND limit_mu = 5",
        "DELETE FROM comparisons WHERE case_id = 'B' AND limit_mu = 5",
        "UPDATE areas SET area_m2 = 1 WHERE case_id = 'B'",
        "UPDATE pieces SET land_name = '林地' WHERE violation_id = 'B1'",
        "UPDATE violations SET found_on = '2026-03-03' WHERE case_id = 'B'",
        "UPDATE violations SET geometry = (SELECT geometry FROM violations WHERE case_id = 'C') WHERE case_id = 'B'",
        "UPDATE duties SET done_on = '2026-03-02' WHERE case_id = 'B' AND done_on IS NOT NULL",
    ],
)
def test_whatever_is_altered_of_the_case_is_found(project, finished, statement):
    code = case_code(finished[2], "B")
    other = case_code(finished[2], "A")

    alter(project, statement)

    assert (checked(project, code).case_id, checked(project, code).run) == ("B", None)
    assert checked(project, other).run == 9


def test_names_are_not_part_of_it(project, finished):
    code = case_code(finished[2], "A")
    renamed = finished[2].cases.assign(party="当事人丙")

    alter(project, "UPDATE personal SET value = '当事人丙'")

    assert checked(project, code).run == 9
    assert case_code(replace(finished[2], cases=renamed), "A") == code


def test_a_code_may_be_typed_as_one_reads_it(project, finished):
    code = case_code(finished[2], "A")
    sloppy = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")

    assert checked(project, sloppy).run == 9
    assert not set("ILOU") & set(code)


@pytest.mark.parametrize("typed", ["", "1234", "0123-4567-89AB-CDEF-GHJ", "0123-4567-89AB-CDEF-GHJU", "中文"])
def test_what_is_no_code_is_refused(project, typed):
    with pytest.raises(InputError, match="it has 20 digits and letters, such as 0123-4567-89AB-CDEF-GHJK"):
        checked(project, typed)


def test_a_code_of_another_store_names_no_case(project, finished):
    wrong = ("1" if finished and case_code(finished[2], "A")[0] != "1" else "2") + case_code(finished[2], "A")[1:]

    found = checked(project, wrong)

    assert (found.case_id, found.run) == (None, None)
