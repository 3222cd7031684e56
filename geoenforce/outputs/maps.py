"""The map: one HTML file that opens anywhere, without a network."""

from pathlib import Path
from typing import TypedDict, Unpack

from geoenforce.core.errors import InputError
from geoenforce.core.results import Results
from geoenforce.core.tables import AREAS, CASES, COMPARISONS, TOWNSHIPS, VIOLATIONS, check
from geoenforce.outputs.files import make_room
from geoenforce.outputs.map_background import Background, hosts, lines_data, tiles_data
from geoenforce.outputs.map_chips import chips_of
from geoenforce.outputs.map_data import Data, map_data
from geoenforce.outputs.map_languages import changes
from geoenforce.outputs.map_measures import with_measures
from geoenforce.outputs.map_pages import with_pages
from geoenforce.outputs.map_patches import patch_columns
from geoenforce.outputs.map_trends import with_trends
from geoenforce.outputs.map_words import WORDS
from geoenforce.outputs.offline import json_for_html, leaflet_script, leaflet_style, own_file, seal
from geoenforce.outputs.patrol_map import Audience, with_patrols

#: How the townships can be coloured.
COLOR_BY = ("severity", "basic_farmland_mu", "patrol_status")

#: Whom a map is for; supervisors also see devices and doubts about tracks.
AUDIENCES = ("leader", "supervisor")


class MapOptions(TypedDict, total=False):
    """What else may be said about a map."""

    with_personal_data: bool
    audience: Audience
    background: Background
    chips: Path | None


_SCRIPTS = (
    "map_columns.js", "map_datum.js", "map_signs.js", "map_kit.js", "map_background.js", "map_store.js",
    "map_areas.js", "map_popups.js", "map_townships.js", "map_cases.js", "map_filters.js", "map_charts.js",
    "map_side.js",
)  # fmt: skip


def write_map(
    results: Results,
    path: str | Path,
    lang: str = "zh",
    color_by: str = "severity",
    **options: Unpack[MapOptions],
) -> None:
    """
    Draw the townships, the violations by the grade of their case, and why, as one HTML file.

    Parameters
    ----------
    results
        The tables of the run.
    path
        The file; its folder is created.
    lang
        ``"zh"`` or ``"en"``.
    color_by
        How the townships are coloured when the map opens: ``"severity"`` (their worst confirmed
        grade), ``"basic_farmland_mu"`` (basic farmland of their confirmed cases) or, where there are
        patrols, ``"patrol_status"`` (who is patrolled today). The reader can switch.
    options
        ``with_personal_data``: whether popups name the party. ``audience``: ``"leader"``, or ``"supervisor"``: then
        the file also holds device ids and doubts about tracks. ``background``: lines and tiles below the townships.
        ``chips``: the folder of images of before and after.

    Raises
    ------
    InputError
        If there is no such language, colouring, audience or option.
    TableError
        If a table is not what it claims to be.
    GeoenforceError
        If the file cannot be written.

    Notes
    -----
    No text of the data is ever read as HTML: it travels as escaped JSON, becomes text nodes, and the
    page's Content-Security-Policy runs nothing but the scripts written here. The page makes no request but for
    pictures of the background's tiles, from the hosts that these name.
    """
    audience, background = options.get("audience", "leader"), options.get("background", Background())
    _refuse_unknown(results, lang, color_by, audience)
    _refuse_options(options)
    for frame, table in (
        (results.townships, TOWNSHIPS),
        (results.violations, VIOLATIONS),
        (results.areas, AREAS),
        (results.cases, CASES),
        (results.comparisons, COMPARISONS),
    ):
        check(frame, table)
    data, other = (
        _data(results, one, color_by, audience) | {"lines": lines_data(background, one)}
        for one in (lang, *(one for one in WORDS if one != lang))
    )
    data = data | {
        "other": {"lang": other["lang"], "changes": changes(data, other)},
        "patches": patch_columns(results, with_personal_data=options.get("with_personal_data", False)),
        "tiles": tiles_data(background),
        "chips": chips_of(results.cases, options.get("chips")),
    }
    page = _page(json_for_html(data), patrolled="patrols" in data)
    make_room(path).write_text(seal(page, data["title"], lang, hosts(background)), encoding="utf-8", newline="\n")


def _data(results: Results, lang: str, color_by: str, audience: Audience) -> Data:
    """Gather what the map shows, in one language."""
    data = map_data(results, lang, color_by)
    data = with_patrols(with_measures(data, results, lang), results, lang, audience)
    return with_trends(with_pages(data, results, lang), results, lang)


def _refuse_unknown(results: Results, lang: str, color_by: str, audience: str) -> None:
    known = [name for name in COLOR_BY if results.patrols is not None or name != "patrol_status"]
    if color_by not in known or lang not in WORDS:
        message = (
            f"The map cannot be coloured by '{color_by}' in the language '{lang}'; "
            f"color_by is one of {known}, lang one of {list(WORDS)}."
        )
        raise InputError(message)
    if audience not in AUDIENCES:
        message = f"There is no map for the audience '{audience}'; it is one of {list(AUDIENCES)}."
        raise InputError(message)


def _refuse_options(options: MapOptions) -> None:
    if unknown := sorted(options.keys() - MapOptions.__annotations__.keys()):
        message = f"A map has no option {unknown}; it has {list(MapOptions.__annotations__)}."
        raise InputError(message)


def _page(data: str, *, patrolled: bool) -> str:
    """Let Folium draw the frame, then put scripts, styles and data in it."""
    import folium  # it takes as long to load as pandas, and who checks options of a map needs none

    # Folium reads every text handed to it as a template, in which data could run: so it gets none.
    frame = folium.Map(
        location=[0, 0], tiles=None, prefer_canvas=True, zoom_control=False,
        attribution_control=False, zoom_snap=0.25,
    )  # fmt: skip
    frame.default_js, frame.default_css = [], []  # ten links into the network; Leaflet alone is needed, and inlined
    frame._id = "geoenforce"  # else a random number, and the page would differ from run to run
    frame.options["maxZoom"] = 20
    page: str = frame.get_root().render().replace("\r\n", "\n")
    sheets = (
        leaflet_style(),
        own_file("map.css"),
        own_file("map_side.css"),
        own_file("map_print.css"),
        *([own_file("map_patrols.css")] if patrolled else []),
    )
    styles = "".join(f"<style>{sheet}</style>" for sheet in sheets)
    page = page.replace("</head>", f"{styles}<script>{leaflet_script()}</script></head>", 1)
    names = (*_SCRIPTS, *(["map_patrols.js"] if patrolled else []), "map.js")
    scripts = "".join(f"<script>{own_file(name)}</script>" for name in names)
    end = f'<script type="application/json" id="data">{data}</script>\n{scripts}\n</html>'
    head, _, _ = page.rpartition("</html>")
    return head + end
