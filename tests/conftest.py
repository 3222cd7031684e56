"""Settings and fixtures that all tests share."""

import os
import shutil

import pytest
from hypothesis import HealthCheck, settings

from tests.shared import once

# Times of a shared machine decide nothing; examples are the same on every run, so that a red test is red for all.
settings.register_profile(
    "geoenforce", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True, max_examples=50
)
settings.load_profile("geoenforce")
os.environ["GEOENFORCE_STANDBY"] = os.devnull  # of a process that stands by for its user, tests know nothing


@pytest.fixture(scope="session")
def demo_county(tmp_path_factory):
    """The demo county in memory."""
    from geoenforce.demo import DEFAULT_SEED, build_county

    return once(tmp_path_factory, "county", lambda _: build_county(DEFAULT_SEED))


@pytest.fixture(scope="session")
def demo_folder(demo_county, tmp_path_factory):
    """The demo county's input files; tests must not change them."""
    from geoenforce.demo import write_files

    return once(tmp_path_factory, "demo", lambda folder: write_files(demo_county, folder)).parent


@pytest.fixture(scope="session")
def demo_announced(demo_folder, tmp_path_factory):
    """A finished run over the demo county, and the steps that it announced."""
    from geoenforce.pipeline import run

    def make(_):
        announced = []
        return run(demo_folder, announced.append), announced

    return once(tmp_path_factory, "run", make)


@pytest.fixture(scope="session")
def demo_run(demo_announced):
    """A finished run over the demo county; tests must not change its files."""
    return demo_announced[0]


@pytest.fixture
def demo_copy(demo_folder, tmp_path):
    """The demo county without its results, to be spoilt by a test."""
    return shutil.copytree(demo_folder, tmp_path / "county", ignore=shutil.ignore_patterns("out", "store*"))


@pytest.fixture
def small_project(tmp_path, monkeypatch):
    """A project of two townships and three cases, which runs in a second."""
    from tests.store.project import write_project

    monkeypatch.delenv("GEOENFORCE_STORE_URL", raising=False)
    return write_project(tmp_path / "small")
