"""Workers as processes: the same bits, a lost one survived, and clear words where something is missing."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import dask
import distributed  # noqa: F401 - brings its settings, which are gone otherwise when a test has changed one
import pandas as pd
import pytest
import shapely
from distributed.utils import json_load_robust
from typer.testing import CliRunner

from geoenforce.cli import app
from geoenforce.core.errors import ConfigError, GeoenforceError, InputError, StoreError, TableError
from geoenforce.core.flat import rings_of
from geoenforce.pipeline import areas_in_parts as areas_of_parts
from geoenforce.pipeline import assess, run, together
from geoenforce.pipeline.areas_in_parts import PreparedPlaces, areas_in_parts
from geoenforce.pipeline.prepared import open_prepared, prepare_snapshot
from geoenforce.scale import ground
from geoenforce.scale import workers as crews
from geoenforce.scale.workers import workers
from geoenforce.shortcuts.overlays import Layers, overlay_files
from geoenforce.store.engine import open_store
from geoenforce.store.flat_files import layout_of
from geoenforce.store.runs import runs
from geoenforce.store.snapshot_files import write_snapshot
from geoenforce.violations.overlay import areas_by_land_class


@pytest.fixture
def small_parts(monkeypatch):
    """Of 60 violations, no part would be made."""
    monkeypatch.setattr(ground, "_AT_LEAST", 6)


def tables(results):
    for bundle in (results, results.patrols, results.accountability):
        for one in fields(bundle):
            table = getattr(bundle, one.name)
            if isinstance(table, pd.DataFrame):
                yield f"{type(bundle).__name__}.{one.name}", table


def assert_same(one, other):
    others = dict(tables(other))
    for name, table in tables(one):
        pd.testing.assert_frame_equal(table, others[name], check_exact=True, obj=name)


@pytest.mark.skipif(sys.platform == "win32", reason="a process is killed by a signal")
def test_one_of_three_workers_is_killed_and_every_table_is_the_same_bit_by_bit(
    three, small_parts, inputs, config, demo_run
):
    lost, process = next(iter(three.client.run(os.getpid).items()))
    os.kill(process, signal.SIGSTOP)  # so that it is not done with its parts before it is killed
    done = []

    def on_part(number, of):
        done.append((number, of))
        if len(done) == 1:
            assert three.client.processing()[lost]
            os.kill(process, signal.SIGKILL)

    found = assess(inputs, config, crew=replace(three, on_part=on_part))

    assert_same(demo_run.results, found)
    assert [one for one in done if one[1] == done[0][1]][: done[0][1]] == [
        (n + 1, done[0][1]) for n in range(done[0][1])
    ]


@pytest.mark.parametrize("count", [1, 2])
def test_one_worker_and_two_give_every_table_the_same_bit_by_bit(count, small_parts, inputs, config, demo_run):
    with workers(None, count) as crew:
        assert crew.count == count
        assert_same(demo_run.results, assess(inputs, config, crew=crew))


def test_an_error_in_a_part_arrives_with_its_words(three):
    with pytest.raises(TableError, match="the row 7 is wrong"):
        three.results(refuse, [7], 1)


def refuse(row):
    message = f"the row {row} is wrong"
    raise TableError(message)


def test_an_error_of_a_worker_s_system_is_told_and_is_not_taken_for_a_lost_scheduler(three):
    with pytest.raises(GeoenforceError, match=r"^The worker on .+ met an error of its system: .+gone\.shp"):
        three.results(read_what_is_gone, [7], 1)


def read_what_is_gone(_):
    Path("gone.shp").read_bytes()


def test_a_part_that_takes_every_worker_with_it_ends_the_run_and_says_so():
    patience = {"distributed.scheduler.allowed-failures": 1}  # the usual 3 take as long again
    told = r"^tcp://.+: 2 workers were lost one after the other while they worked on part 1 of 1, the last one tcp://.+"
    with dask.config.set(patience), workers(None, 2) as crew, pytest.raises(GeoenforceError, match=told):
        crew.results(end_the_process, [7], 1)


def end_the_process(row):
    os._exit(row)


def test_when_all_workers_are_gone_the_run_does_not_wait_for_ever(monkeypatch):
    with workers(None, 1) as crew:
        monkeypatch.setattr(crews, "_WITHIN_S", 0.2)  # not before it is there: to start takes longer
        monkeypatch.setattr(crews, "_LOOK_S", 0.1)
        crew.client.cluster.scale(0)
        wait_until(lambda: not crew.client.nthreads())
        with pytest.raises(GeoenforceError, match=r"all workers are gone.+start workers with 'dask worker tcp://"):
            crew.results(abs, [1], 1)


def wait_until(is_so):
    within = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < within
        time.sleep(0.02)


@pytest.fixture
def scheduler_elsewhere(tmp_path):
    """A scheduler with a worker, each a process of its own, as on other machines; and how to kill the scheduler."""
    note = tmp_path / "scheduler.json"  # it chooses a free port itself
    commands = ("scheduler", "--host", "127.0.0.1", "--port", "0"), ("worker", "--no-nanny")
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "dask", *command, "--scheduler-file", note, "--no-dashboard"],
            stderr=subprocess.DEVNULL,
        )
        for command in commands
    ]
    wait_until(note.exists)
    yield json_load_robust(note)["address"], running[0].kill
    for one in running:
        one.kill()
        one.wait()


@pytest.mark.parametrize("is_noticed", [False, True], ids=["while it is asked", "before it is asked"])
def test_when_the_scheduler_is_lost_nothing_is_written_and_the_way_out_is_told(
    is_noticed, scheduler_elsewhere, small_project, monkeypatch, capfd
):
    monkeypatch.setattr(ground, "_AT_LEAST", 1)
    place, kill = scheduler_elsewhere

    def announce(step):
        if step == "overlay":
            crew.client.rpc.timeout = 1  # s, and not 30, to find it again
            kill()
            if is_noticed:
                wait_until(lambda: crew.client.status != "running")

    with workers(place, None) as crew, pytest.raises(GeoenforceError) as told:
        run(small_project, announce, crew)

    assert str(told.value).startswith(f"{place}: the connection to the dask scheduler was lost")
    assert "Nothing was written: start it and its workers again, and run again." in str(told.value)
    assert not (small_project / "out").exists()
    with open_store(f"gpkg:///{small_project}/store.gpkg") as store:
        assert runs(store).empty
    assert capfd.readouterr().err == ""


def test_results_come_in_the_order_of_the_parts(three):
    assert three.results(abs, range(-20, 0), 20) == list(range(20, 0, -1))


def test_a_worker_with_other_software_is_refused():
    wanted = crews.software() | {"GEOS": "3.0.0"}

    with pytest.raises(GeoenforceError, match=r"GEOS .+, not 3\.0\.0.+Install the same versions"):
        crews._do(abs, b"", wanted)


def test_a_scheduler_with_other_software_is_refused_before_anything_is_read(three, monkeypatch):
    monkeypatch.setattr(crews, "software", lambda: {**dict.fromkeys(crews._DECIDING, "7.0"), "GEOS": "3.13.1"})

    with pytest.raises(ConfigError, match=r"the scheduler has other software.+geoenforce .+, not 7\.0.+same versions"):
        three.refuse_others()


def test_without_distributed_the_option_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)

    with pytest.raises(ConfigError, match=r"pip install 'geoenforce\[scale\]'"), workers(None, 2):
        pass


def test_a_scheduler_that_does_not_answer_is_told_with_the_way_out(monkeypatch):
    monkeypatch.setattr(crews, "_WITHIN_S", 0.2)

    with pytest.raises(ConfigError, match=r"tcp://127\.0\.0\.1:9: no dask scheduler.+dask worker ADDRESS"):  # noqa: SIM117
        with workers("tcp://127.0.0.1:9", None):
            pass


def test_workers_and_a_scheduler_together_are_refused(demo_folder):
    done = CliRunner().invoke(app, ["run", str(demo_folder), "--workers", "2", "--scheduler", "tcp://a:8786"])

    assert done.exit_code == 2
    assert "either --workers or --scheduler" in done.stderr


@pytest.fixture(scope="module")
def prepared(inputs, tmp_path_factory):
    """Both land layers of the demo, prepared, in a folder."""
    folder = tmp_path_factory.mktemp("prepared")
    farmland, cultivated = inputs.basic_farmland[-1].table, inputs.cultivated[0].table
    cultivated = cultivated[cultivated["is_cultivated"]]
    for kind, layer in (("basic_farmland", farmland), ("cultivated", cultivated)):
        snapshot = write_snapshot(
            [layer.drop(columns="effective_from")],
            folder,
            kind=kind,
            effective_from=None,
            source="demo",
            source_sha256="0" * 64,
        )
        prepare_snapshot(folder / snapshot.path, folder / f"{kind}.prepared")
    return folder


def test_areas_over_prepared_layers_are_the_same_on_workers(three, inputs, prepared, monkeypatch):
    """The workers map the layers themselves: only violations travel."""
    monkeypatch.setattr(ground, "_AT_LEAST", 10)
    places = PreparedPlaces(prepared / "basic_farmland.prepared", prepared / "cultivated.prepared")
    violations, approvals = together(inputs.violations, unique=True), inputs.approvals[0].table
    land = open_prepared(places.basic_farmland), open_prepared(places.cultivated)
    here = areas_by_land_class(violations, *land, approvals)

    found = areas_in_parts(violations, places, approvals, three)

    assert here["approved_mu"].any()
    pd.testing.assert_frame_equal(found, here, check_exact=True)


def test_an_invalid_violation_is_refused_before_anything_is_sent(three, inputs, prepared, monkeypatch):
    monkeypatch.setattr(ground, "_AT_LEAST", 10)
    monkeypatch.setattr(crews.Workers, "results", lambda *_: pytest.fail("a part was sent"))
    places = PreparedPlaces(prepared / "basic_farmland.prepared", prepared / "cultivated.prepared")
    violations = together(inputs.violations, unique=True)
    violations.loc[violations.index[3], "geometry"] = shapely.Polygon([(0, 0), (9, 9), (9, 0), (0, 9)])

    with pytest.raises(TableError, match=r"violations have invalid geometry in .*Self-intersection"):
        areas_in_parts(violations, places, None, three)


def test_a_worker_that_does_not_see_a_prepared_layer_says_which_and_where_it_must_lie(
    three, inputs, prepared, monkeypatch
):
    """The workers were started in another folder, so that a relative path leads them elsewhere."""
    monkeypatch.setattr(ground, "_AT_LEAST", 10)
    monkeypatch.chdir(prepared)
    places = PreparedPlaces(Path("basic_farmland.prepared"), Path("cultivated.prepared"))

    with pytest.raises(StoreError, match=r"basic_farmland\.prepared: the worker on .+ cannot see .+ under one path"):
        areas_in_parts(together(inputs.violations, unique=True), places, None, three)


def test_a_worker_that_sees_another_layer_under_the_path_refuses_it(inputs, prepared):
    places = PreparedPlaces(prepared / "basic_farmland.prepared", prepared / "cultivated.prepared")
    layouts = layout_of(places.basic_farmland), layout_of(places.basic_farmland)
    part = areas_of_parts._Part(rings_of(inputs.violations[0].table.geometry), places, layouts)

    with pytest.raises(
        StoreError, match=r"cultivated\.prepared: the worker on .+ has another layer than the run under"
    ):
        areas_of_parts._measured(part)


def test_layers_named_relative_to_this_folder_are_found_by_workers(three, prepared, demo_folder, monkeypatch):
    monkeypatch.setattr(ground, "_AT_LEAST", 1)
    monkeypatch.chdir(prepared)
    patches = str(demo_folder / "violations/界址点_20260312.txt")
    layers = Layers(patches, "basic_farmland.prepared", "cultivated.prepared")

    found, here = (overlay_files(layers, found_on=date(2026, 3, 12), crew=crew).areas for crew in (three, None))

    assert len(found) > 1
    pd.testing.assert_frame_equal(found, here, check_exact=True)


def test_files_that_are_not_prepared_are_not_measured_on_workers(three, demo_folder):
    farmland = str(demo_folder / "basic_farmland/YJJBNTTB_2021.shp")
    layers = Layers(str(demo_folder / "violations/界址点_20260312.txt"), farmland, farmland)

    with pytest.raises(InputError, match=r"Only areas over prepared layers .+ `geoenforce prepare`"):
        overlay_files(layers, found_on=date(2026, 3, 12), crew=three)
