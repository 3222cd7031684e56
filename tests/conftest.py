"""Settings and fixtures that all tests share."""

import shutil

import pytest
from hypothesis import settings

# Times of a shared machine decide nothing; examples are the same on every run, so that a red test is red for all.
settings.register_profile("geoenforce", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("geoenforce")


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory):
    """The demo county's input files; tests must not change them."""
    from geoenforce.demo import write_county

    return write_county(tmp_path_factory.mktemp("demo")).parent


@pytest.fixture(scope="session")
def demo_run(demo_folder):
    """A finished run over the demo county."""
    from geoenforce.pipeline import run

    return run(demo_folder)


@pytest.fixture
def demo_copy(demo_folder, tmp_path):
    """The demo county without its results, to be spoilt by a test."""
    return shutil.copytree(demo_folder, tmp_path / "county", ignore=shutil.ignore_patterns("out"))
