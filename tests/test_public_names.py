"""What users may import is what they find, and importing costs nothing."""

import subprocess
import sys

import pytest

import geoenforce


def test_every_public_name_is_there_and_comes_from_us():
    for name in geoenforce.__all__:
        assert getattr(geoenforce, name).__module__.startswith("geoenforce.")


def test_the_names_are_sorted_and_each_has_one_home():
    assert geoenforce.__all__ == sorted(geoenforce._HOME_OF)
    assert dir(geoenforce) == geoenforce.__all__


def test_an_unknown_name_is_no_attribute():
    with pytest.raises(AttributeError, match="no attribute 'no_such_name'"):
        _ = geoenforce.no_such_name


@pytest.mark.parametrize("statement", ["import geoenforce", "import geoenforce.cli"])
def test_importing_loads_no_heavy_library(statement):
    heavy = {"numpy", "pandas", "geopandas", "shapely", "pyproj", "pyogrio", "fiona", "folium", "openpyxl"}
    code = f"{statement}; import sys; print(sorted({heavy!r} & set(sys.modules)))"

    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
