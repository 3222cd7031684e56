import importlib.util
from pathlib import Path

import pytest


def _load(name):
    spec = importlib.util.spec_from_file_location(f"outputs_{name}", Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


builders = _load("county")


@pytest.fixture(scope="session")
def county():
    return builders.results()


@pytest.fixture(scope="session")
def attacks():
    return builders
