"""The demo county in memory, as the tests of it call it."""

import pytest


@pytest.fixture(scope="session")
def county(demo_county):
    return demo_county
