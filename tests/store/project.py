"""A project of two townships and three cases that runs in a second: what an officer would hand in, in small."""

import geopandas as gpd
import shapely

EAST, NORTH = 39_500_000.0, 2_600_000.0
CRS = "EPSG:4527"

CONFIG = """
[project]
name = "小县"
county_code = "445299"
as_of = 2026-06-30
{project}

[townships]
path = "xzq.gpkg"

[[basic_farmland]]
path = "jbnt.gpkg"

[[cultivated]]
path = "dltb.gpkg"

[[violations]]
path = "tb.gpkg"

[events]
path = "events.csv"

[declarations]
path = "declarations.csv"

[grading]
{grading}

[accountability]
{accountability}

[reports]
{reports}

[store]
{store}
"""

EVENTS = "案件编号,事项,日期\nA,责令停止,2026-03-04\nB,责令停止,2026-03-05\n"
DECLARATIONS = "编号,责任单位代码,事实,日期,记录人,记录日期\nD1,445299101,obstruction,2026-04-01,记录员甲,2026-04-02\n"

#: 亩 in square metres, as a height of a strip 100 m wide.
MU_HIGH = 2000 / 3 / 100


def box(west, south, width, height):
    """A rectangle, metres from the project's corner."""
    return shapely.box(EAST + west, NORTH + south, EAST + west + width, NORTH + south + height)


def layer(path, shapes, **columns):
    """Write a layer."""
    gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS).to_file(path, engine="pyogrio")


def write_violations(folder, *, mu=(6, 4, 1), broken=()):
    """Write patches, each its own case, all of it on basic farmland, by default 6, 4 and 1 亩 large; and broken ones."""
    shapes = [box(100 + 300 * number, 100, 100, height * MU_HIGH) for number, height in enumerate(mu)]
    count = len(mu)
    more = [f"X{number}" for number in range(len(broken))]
    columns = {
        "编号": ["A1", "B1", "C1"][:count] + more,
        "案件编号": ["A", "B", "C"][:count] + more,
        "发现日期": ["2026-03-02"] * (count + len(more)),
    }
    (folder / "tb.gpkg").unlink(missing_ok=True)
    parties = ["当事人甲", "当事人乙", None][:count] + [None] * len(more)
    layer(folder / "tb.gpkg", [*shapes, *broken], **columns, 当事人=parties)


def write_farmland(folder, *, top=200):
    """Write the basic farmland: a strip that covers all patches, unless it is made to end lower."""
    (folder / "jbnt.gpkg").unlink(missing_ok=True)
    shapes = [box(0, 0, 800, top), box(800, 0, 800, 200)]
    layer(folder / "jbnt.gpkg", shapes, 图斑编号=["F1", "F2"], 地类编码=["0101"] * 2)


DEFAULTS = {"accountability": "regulations = []", "reports": "formats = []"}


def write_config(folder, **sections):
    """Write the configuration; without regulations and reports, a run takes a fraction of the time."""
    empty = dict.fromkeys(["grading", "project", "store"], "")
    text = CONFIG.format(**{**empty, **DEFAULTS, **sections})
    (folder / "geoenforce.toml").write_text(text, encoding="utf-8")


def write_project(folder, **config):
    """Write a whole project and return its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    layer(
        folder / "xzq.gpkg",
        [box(0, 0, 800, 1000), box(800, 0, 800, 1000)],
        XZQDM=["445299101", "445299102"],
        XZQMC=["东镇", "西镇"],
    )
    layer(
        folder / "dltb.gpkg",
        [box(0, 0, 1600, 500), box(0, 500, 1600, 500)],
        地类编码=["0101", "0301"],
        地类名称=["水田", "林地"],
        图斑编号=["1", "2"],
    )
    write_farmland(folder)
    write_violations(folder)
    (folder / "events.csv").write_text(EVENTS, encoding="utf-8")
    (folder / "declarations.csv").write_text(DECLARATIONS, encoding="utf-8")
    write_config(folder, **config)
    return folder
