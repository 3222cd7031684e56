"""The demo county in memory and on disk, built once for both."""

import pytest

from geoenforce.demo import DEFAULT_SEED, build_county, write_files


@pytest.fixture(scope="session")
def county():
    return build_county(DEFAULT_SEED)


@pytest.fixture(scope="session")
def demo_folder(county, tmp_path_factory):
    return write_files(county, tmp_path_factory.mktemp("demo")).parent
