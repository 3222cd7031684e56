"""Three worker processes for all tests of this folder, and the demo county read once."""

import pytest

from geoenforce.inputs.config import load_config
from geoenforce.pipeline import read_inputs
from geoenforce.scale.workers import workers


@pytest.fixture(scope="session")
def three():
    with workers(None, 3) as crew:
        yield crew


@pytest.fixture(scope="session")
def config(demo_folder):
    return load_config(demo_folder)


@pytest.fixture(scope="session")
def inputs(config):
    return read_inputs(config)
