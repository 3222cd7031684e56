import os
import shutil
from dataclasses import replace

import pytest

from geoenforce.outputs.maps import write_map
from tests.outputs import accountable as accountable_builders
from tests.outputs import county as builders
from tests.outputs import map_reader
from tests.outputs import patrols as patrol_builders

CHROMIUM = os.environ.get("GEOENFORCE_CHROMIUM") or shutil.which("chromium")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-background-networking --no-first-run "
    "--disable-component-update --disable-sync"
)


@pytest.fixture(scope="session")
def county():
    return builders.results()


@pytest.fixture(scope="session")
def patrolled(county):
    """The same county with its patrols."""
    return replace(county, patrols=patrol_builders.patrol_results(builders))


@pytest.fixture(scope="session")
def answered(county):
    """The same county with what the regulations say of its units."""
    return replace(county, accountability=accountable_builders.accountability_results())


@pytest.fixture(scope="session")
def answers():
    """The ids and hostile texts of accountability."""
    return accountable_builders


@pytest.fixture(scope="session")
def reader():
    """What reads the columns of a map's data."""
    return map_reader


@pytest.fixture(scope="session")
def attacks():
    return builders


@pytest.fixture(scope="session")
def rounds():
    """The ids and hostile texts of the patrols."""
    return patrol_builders


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    if not CHROMIUM:
        reason = "There is no Chromium: install it, or name it in GEOENFORCE_CHROMIUM."
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split(), timeout=120_000)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def map_file(tmp_path_factory):
    """Write a map, each kind once: most tests look at the same few."""
    written = {}

    def path_of(results, *arguments, **options):
        key = (id(results), arguments, *((name, id(value)) for name, value in options.items()))
        if key not in written:
            path = tmp_path_factory.mktemp("map") / "map.html"
            write_map(results, path, *arguments, **options)
            written[key] = (path, results, options)  # which keeps the ids from being given to others
        return written[key][0]

    return path_of


@pytest.fixture
def opened(browser, county, map_file):
    """Open a map; at the end, say what it asked for and complained about."""
    pages = []

    def open_map(results=county, *arguments, **options):
        path = map_file(results, *arguments, **options)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.complaints, page.requests, page.address = [], [], path.as_uri()
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("request", lambda request: page.requests.append(request.url))
        page.goto(page.address)
        pages.append(page)
        return page

    yield open_map
    for page in pages:
        hacked = page.evaluate("window.hacked")
        page.close()
        assert hacked is None
        assert page.complaints == []
        assert page.requests == [page.address]
