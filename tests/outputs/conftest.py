import importlib.util
from dataclasses import replace
from pathlib import Path

import pytest


def _load(name):
    spec = importlib.util.spec_from_file_location(f"outputs_{name}", Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


builders, patrol_builders = _load("county"), _load("patrols")


@pytest.fixture(scope="session")
def county():
    return builders.results()


@pytest.fixture(scope="session")
def patrolled(county):
    """The same county with its patrols."""
    return replace(county, patrols=patrol_builders.patrol_results(builders))


@pytest.fixture(scope="session")
def attacks():
    return builders


@pytest.fixture(scope="session")
def rounds():
    """The ids and hostile texts of the patrols."""
    return patrol_builders
