"""What the map shows, as plain data: figures already in words, coordinates already rounded."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import geopandas as gpd
import pandas as pd
import shapely

from geoenforce.core.results import Results
from geoenforce.core.space import CGCS2000, from_plane
from geoenforce.core.terms import Severity, Status
from geoenforce.outputs.map_patches import ROWS, case_columns
from geoenforce.outputs.map_shapes import geojson
from geoenforce.outputs.map_side_words import SIDE_WORDS
from geoenforce.outputs.map_words import WORDS
from geoenforce.outputs.palette import (
    BORDER,
    FARMLAND,
    NO_CASE_TINT,
    SEVERITY_EDGE,
    SEVERITY_FILL,
    SEVERITY_TINT,
    UNCOUNTED,
)
from geoenforce.outputs.party_types import PartyType
from geoenforce.outputs.totals import TOWNSHIP_TOTALS, township_totals
from geoenforce.outputs.wording import mu_figure, rounded

Data: TypeAlias = dict[str, Any]

_MOST_FARMLAND = 5000
_MOST_FILES = 4
_SHAPES = {Severity.ORDINARY: "circle", Severity.SERIOUS: "triangle", Severity.ESPECIALLY_SERIOUS: "diamond"}
_HATCHES = {Severity.ORDINARY: "", Severity.SERIOUS: "lines", Severity.ESPECIALLY_SERIOUS: "grid"}
_WRITE: dict[str, Callable[[Any], str]] = {"mu": mu_figure, "m²": rounded}
_WHOLE_OF_CHINA = (73.0, 18.0, 135.0, 54.0)


def map_data(results: Results, lang: str, color_by: str) -> Data:
    """
    Gather what the map shows, but for the patches, in which there are no words.

    Parameters
    ----------
    results
        The tables of the run.
    lang
        ``"zh"`` or ``"en"``.
    color_by
        How the townships are coloured at first: ``"severity"`` or ``"basic_farmland_mu"``.

    Returns
    -------
    data
        Ready for JSON: words, figures as text, GeoJSON geometries in CGCS2000
        longitude and latitude; cases as columns (`geoenforce.outputs.map_columns`).
    """
    words = WORDS[lang]
    totals = township_totals(results.townships, results.cases)
    return {
        "lang": lang,
        "words": words | SIDE_WORDS[lang],
        "statuses": {status.value: status.name_in(lang) for status in Status},
        "title": words["title"].format(project=results.title),
        "as_of": words["as_of"].format(date=results.as_of.isoformat()),
        "source": _source(results, words),
        "headline": _headline(totals, lang),
        "bounds": _bounds(results),
        "color_by": color_by,
        "legends": {"severity": _severity_legend(lang)},
        "townships": _townships(results.townships, totals, lang),
        "land_classes": [kind.name_in(lang) for kind in ROWS],
        "border": BORDER,
        "farmland": _farmland(results.basic_farmland),
        "farmland_fill": FARMLAND,
        "groups": _styles(lang),
        "party_types": {kind.value: kind.name_in(lang) for kind in PartyType},
        "cases": case_columns(results, lang),
    }


def _styles(lang: str) -> list[Data]:
    """Return how each group of patches is drawn, in the order of `GROUPS`: the least important is drawn first."""
    words = WORDS[lang]
    grey = {"fill": UNCOUNTED, "edge": UNCOUNTED, "hatch": "", "hollow": True}
    return [
        {"key": "uncounted", "label": words["uncounted"], **grey, "shape": "square", "dashed": False, "shown": False},
        {"key": "suspected", "label": words["suspected"], **grey, "edge": "#3c4a57", "shape": "circle", "dashed": True,
         "shown": True},
        *(
            {"key": grade.value, "label": grade.name_in(lang), "fill": SEVERITY_FILL[grade],
             "edge": SEVERITY_EDGE[grade], "hatch": _HATCHES[grade], "shape": _SHAPES[grade], "hollow": False,
             "dashed": False, "shown": True}
            for grade in Severity
        ),
    ]  # fmt: skip


def _townships(townships: gpd.GeoDataFrame, totals: pd.DataFrame, lang: str) -> list[Data]:
    tints = dict(SEVERITY_TINT)
    shapes = geojson(from_plane(townships[[townships.geometry.name]], CGCS2000).geometry, simplified=True)
    inside = gpd.GeoDataFrame(geometry=townships.representative_point(), crs=townships.crs)
    points = shapely.get_coordinates(from_plane(inside, CGCS2000).geometry.to_numpy()).round(6)
    rows = totals.loc[townships.index].to_dict("records")
    return [
        {
            "code": code,
            "name": row["township_name"],
            "geometry": shape,
            "label_at": point[::-1],
            "fill": {"severity": tints.get(row["worst_severity"], NO_CASE_TINT)},
            "value": {"severity": _worst(row, lang)},
            "facts": [
                [column.label(lang), _WRITE.get(column.unit, str)(row[column.name])]
                for column in TOWNSHIP_TOTALS.columns
                if column.name not in ("township_name", "worst_severity")
            ],
        }
        for code, row, shape, point in zip(townships.index, rows, shapes, points.tolist(), strict=True)
    ]  # fmt: skip


def _worst(row: dict[str, Any], lang: str) -> str:
    """Say a township's gravest grade and in how many cases, as it is ranked by them."""
    if not row["cases"]:
        return ""
    worst = Severity.of(row["worst_severity"])
    return WORDS[lang]["worst"].format(grade=worst.name_in(lang), number=row[worst.value])


def _headline(totals: pd.DataFrame, lang: str) -> list[Data]:
    """Return the figures of the whole county, with the key of the group whose sign stands before them."""
    words = WORDS[lang]

    def cases(name: str) -> str:
        return words["cases_value"].format(number=totals[name].sum())

    figures = [
        ("", words["cases"], cases("cases")),
        *((grade.value, grade.name_in(lang), cases(grade.value)) for grade in reversed(Severity)),
        ("", words["near"], cases("near_threshold")),
        ("", words["illegal_farmland"], words["mu_value"].format(number=mu_figure(totals["basic_farmland_mu"].sum()))),
        ("suspected", words["suspected_cases"], cases("suspected")),
    ]
    return [{"key": key, "label": label, "value": value} for key, label, value in figures]


def _severity_legend(lang: str) -> list[Data]:
    graded = [{"fill": SEVERITY_TINT[grade], "label": grade.name_in(lang)} for grade in reversed(Severity)]
    return [*graded, {"fill": NO_CASE_TINT, "label": WORDS[lang]["no_case"]}]


def _farmland(layer: gpd.GeoDataFrame) -> Any:
    """Return the farmland as one shape; none where it is too much for a map that must stay light."""
    if not 0 < len(layer) <= _MOST_FARMLAND:
        return None
    whole = gpd.GeoSeries([layer.geometry.union_all()], crs=layer.crs)
    return geojson(from_plane(whole.to_frame("geometry"), CGCS2000).geometry, simplified=True)[0]


def _bounds(results: Results) -> list[list[float]]:
    """Return the south-west and north-east corners of all townships and violations, latitude first."""
    known = [layer for layer in (results.townships.geometry, results.original) if len(layer)]
    boxes = [layer.to_crs(CGCS2000).total_bounds for layer in known] or [_WHOLE_OF_CHINA]
    west, south, east, north = (pick(box[place] for box in boxes) for place, pick in enumerate((min, min, max, max)))
    return [[round(float(south), 6), round(float(west), 6)], [round(float(north), 6), round(float(east), 6)]]


def _source(results: Results, words: dict[str, str]) -> str:
    number = f" {results.regulation_number}" if results.regulation_number else ""
    layers = (results.townships, results.basic_farmland, results.violations)
    given = [layer["source_file"] for layer in layers if "source_file" in layer]
    names = list(dict.fromkeys(Path(name).name for column in given for name in column.dropna().unique()))
    listed = words["list_mark"].join(names[:_MOST_FILES]) + (words["and_more"] if len(names) > _MOST_FILES else "")
    files = words["files"].format(files=listed) if names else ""
    text = words["source"].format(regulation=f"《{results.regulation_title}》{number}", files=files)
    return text + (words["farmland_left_out"] if len(results.basic_farmland) > _MOST_FARMLAND else "")
