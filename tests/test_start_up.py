"""A command loads what it needs and nothing else: start-up is counted in modules, for time varies with the machine."""

import subprocess
import sys

import pytest

#: Libraries that take longer to load than everything else of a short command together.
HEAVY = (
    "alembic", "dask", "distributed", "docxtpl", "fiona", "folium", "fpdf", "geopandas", "matplotlib", "numba",
    "openpyxl", "pandas", "pyogrio", "rasterio", "sqlalchemy", "xlsxwriter",
)  # fmt: skip

_RUN = """
import sys
from geoenforce.cli import main
try:
    main()
finally:
    print("loaded:", *sorted(set({heavy!r}) & set(sys.modules)), file=sys.stderr)
"""


def loaded(*arguments: str) -> list[str]:
    """Run a command in a fresh process and return which heavy libraries it loaded."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _RUN.format(heavy=HEAVY), *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return done.stderr.splitlines()[-1].removeprefix("loaded:").split()


@pytest.mark.parametrize(
    "arguments",
    [
        ("--help",),
        ("screen", "--help"),
        ("due", "2026-02-13", "--working-days", "2"),
        ("regulations",),
        ("regulations", "jieyang-2009", "--json"),
    ],
    ids="-".join,
)
def test_what_needs_no_table_loads_no_heavy_library(arguments):
    assert loaded(*arguments) == []


def test_grading_known_areas_loads_pandas_alone(tmp_path):
    areas = tmp_path / "areas.csv"
    areas.write_text("case_id,basic_farmland_mu,other_cultivated_mu,other_mu\nA,5,0,0\n", encoding="utf-8")

    assert loaded("grade", str(areas)) == ["pandas"]


def test_explaining_a_unit_loads_no_map_workbook_or_database(demo_folder, demo_run):
    assert loaded("explain", "445299", "--config", str(demo_folder)) == ["pandas"]


def test_explaining_a_case_looks_its_polygons_up_and_loads_nothing_more(demo_folder, demo_run):
    case = demo_run.results.cases.index[0]

    assert set(loaded("explain", case, "--config", str(demo_folder))) <= {"geopandas", "pandas", "pyogrio"}


def test_screening_a_site_loads_no_map_workbook_or_database(demo_folder):
    site, farmland = demo_folder / "violations/界址点_20260312.txt", demo_folder / "basic_farmland/YJJBNTTB_2021.shp"

    found = loaded("screen", str(site), "--basic-farmland", str(farmland), "--cultivated", str(farmland))

    assert set(found) <= {"geopandas", "numba", "pandas", "pyogrio"}  # areas are measured by compiled loops


def test_checking_a_file_loads_nothing_that_draws_or_writes(demo_folder):
    found = loaded("check", str(demo_folder / "boundaries/townships.shp"))

    assert not {"folium", "fpdf", "matplotlib", "numba", "sqlalchemy", "xlsxwriter"} & set(found)


def test_at_the_end_nothing_is_searched_for_garbage():
    told = "import atexit, gc; atexit.register(lambda: print(gc.get_freeze_count(), gc.get_count()[0]))"
    command = "import sys; sys.argv = ['geoenforce', '--help']; from geoenforce.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", f"{told}; {command}"], capture_output=True, text=True, check=True)

    assert int(done.stdout.split()[-2]) > 10_000  # what was there when the command ended is left to the system
