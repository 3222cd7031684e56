"""The commands prepare, overlay and screen, over prepared layers."""

import json

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from typer.testing import CliRunner

from geoenforce.cli import app
from geoenforce.core.errors import InputError, TableError
from geoenforce.inputs.land import read_basic_farmland, read_parcels
from geoenforce.store.snapshot_files import write_snapshot


@pytest.fixture(scope="module")
def files(demo_folder):
    return {
        "basic-farmland": f"{demo_folder}/basic_farmland/YJJBNTTB_2025.gdb|layername=YJJBNTTB",
        "cultivated": f"{demo_folder}/parcels/DLTB.gdb",
    }


@pytest.fixture(scope="module")
def prepared(files, tmp_path_factory):
    """Both land layers of the demo county, prepared, and what the command said."""
    folder = tmp_path_factory.mktemp("prepared")
    said = [
        run(
            "prepare", file, "--kind", kind, "-o", folder / f"{kind}.prepared", "--issues", folder / f"{kind}.csv"
        ).stderr
        for kind, file in files.items()
    ]
    return folder, said


@pytest.fixture(scope="module")
def made_snapshots(files, tmp_path_factory):
    """Both land layers of the demo county, made into snapshots by the command."""
    folder = tmp_path_factory.mktemp("made")
    for kind, file in files.items():
        run("prepare", file, "--kind", kind, "-o", folder / f"{kind}.parquet")
    return {kind: folder / f"{kind}.parquet" for kind in files}


@pytest.fixture(scope="module")
def snapshots(files, demo_folder, tmp_path_factory):
    """Both land layers of the demo county as the store keeps them."""
    folder, about = tmp_path_factory.mktemp("snapshots"), {"effective_from": None, "source_sha256": "0" * 64}
    tables = {
        "basic-farmland": read_basic_farmland(files["basic-farmland"].split("|")[0], layer="YJJBNTTB").table,
        "cultivated": read_parcels(files["cultivated"]).table,
    }
    return {
        name: folder / write_snapshot([table], folder, kind=name.replace("-", "_"), source=name, **about).path
        for name, table in tables.items()
    }


def run(*arguments):
    done = CliRunner().invoke(app, [str(one) for one in arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done


def areas(command, patches, layers, *more):
    land = [part for kind, file in layers.items() for part in (f"--{kind}", file)]
    done = run(command, patches, *land, "--json", *more)
    return json.loads(done.stdout), done.stderr


@pytest.mark.parametrize("command", ["overlay", "screen"])
def test_prepared_layers_give_what_their_files_give(command, demo_folder, files, prepared):
    patches = demo_folder / "violations" / "界址点_20260312.txt"
    layers = {kind: prepared[0] / f"{kind}.prepared" for kind in files}

    found, said = areas(command, patches, layers)

    assert found == [
        {name: pytest.approx(value, abs=1e-9) for name, value in row.items()}
        for row in areas(command, patches, files)[0]
    ]
    assert said.count("polygons, prepared") == 2


@pytest.mark.parametrize("command", ["overlay", "screen"])
def test_snapshots_of_the_store_give_what_their_files_give_and_only_what_is_near_is_read(
    command, demo_folder, files, snapshots
):
    patches = demo_folder / "violations" / "界址点_20260312.txt"

    found, said = areas(command, patches, snapshots)

    assert found == [
        {name: pytest.approx(value, abs=1e-9) for name, value in row.items()}
        for row in areas(command, patches, files)[0]
    ]
    near = [
        int(line.split(":")[1].split()[0]) for line in said.splitlines() if "polygons nearby, of a snapshot" in line
    ]
    assert len(near) == 2
    assert all(0 < count < 600 for count in near)  # of some 900 and 20 000


@pytest.mark.parametrize("command", ["overlay", "screen"])
def test_a_snapshot_made_of_a_file_gives_what_the_file_gives(command, demo_folder, files, made_snapshots):
    patches = demo_folder / "violations" / "界址点_20260312.txt"

    found, said = areas(command, patches, made_snapshots)

    assert found == [
        {name: pytest.approx(value, abs=1e-9) for name, value in row.items()}
        for row in areas(command, patches, files)[0]
    ]
    assert said.count("polygons nearby, of a snapshot") == 2


@pytest.mark.parametrize("table", ["by-code", "pieces"])
def test_codes_and_pieces_come_from_a_snapshot_too(table, demo_folder, files, snapshots, tmp_path):
    """Pieces need every parcel's attributes; the snapshot is then read as any other file."""
    patches = demo_folder / "violations" / "界址点_20260312.txt"

    def written(layers, name):
        areas("overlay", patches, layers, f"--{table}", tmp_path / name)
        columns = pd.read_csv(tmp_path / name, dtype="str").filter(regex="code|class|mu$")
        return columns.sort_values(list(columns), ignore_index=True)  # pieces come in the order of the parcels

    found, expected = written(snapshots, "snapshots.csv"), written(files, "files.csv")
    assert len(found) > 8
    assert_frame_equal(found, expected)


def test_a_snapshot_of_the_other_kind_is_refused(demo_folder, files, snapshots):
    layers = {**files, "basic-farmland": snapshots["cultivated"]}

    with pytest.raises(TableError, match=r"kind basic_farmland are needed.*cultivated_always.*'cultivated'"):
        areas("overlay", demo_folder / "violations" / "界址点_20260312.txt", layers)


def test_preparing_says_what_became_of_the_rows_and_writes_the_issues(files, prepared):
    folder, said = prepared

    assert all("rows read" in one for one in said)
    for kind, one in zip(files, said, strict=True):
        rows = (folder / f"{kind}.csv").read_text(encoding="utf-8-sig").splitlines()
        told = sum(int(line.rsplit(": ")[1]) for line in one.splitlines() if line.startswith("  "))
        assert told == len(rows) - 1


def test_a_prepared_layer_of_the_other_kind_is_refused(demo_folder, files, prepared):
    layers = {"basic-farmland": prepared[0] / "cultivated.prepared", "cultivated": files["cultivated"]}

    with pytest.raises(TableError, match=r"kind basic_farmland are needed.*cultivated.prepared': 'cultivated'"):
        areas("screen", demo_folder / "violations" / "界址点_20260312.txt", layers)


def test_pieces_cannot_be_made_of_what_knows_no_parcels(demo_folder, files, prepared, tmp_path):
    layers = {**files, "cultivated": prepared[0] / "cultivated.prepared"}

    with pytest.raises(InputError, match=r"knows no parcels.*give the file it was made of"):
        areas(
            "overlay", demo_folder / "violations" / "界址点_20260312.txt", layers, "--pieces", tmp_path / "pieces.csv"
        )


def test_the_folder_s_name_must_say_what_it_is(files, tmp_path):
    done = CliRunner().invoke(
        app, ["prepare", files["cultivated"], "--kind", "cultivated", "-o", str(tmp_path / "dltb")]
    )

    assert done.exit_code == 2
    assert "must end in .prepared" in done.output
    assert ".parquet" in done.output
