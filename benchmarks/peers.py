"""
The programs of the overlay benchmark; each answers from the files of `overlay_data.py`, in a process of its own.

    python -m benchmarks.peers ENGINE FOLDER ANSWER        # prints what it took, as JSON

The question: of each violation, how much is basic farmland, other cultivated land, other land. Imports come before
the clock; reading the files is part of the time. PostGIS has loaded and indexed them before.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.clock import Clock, ServerClock

OURS = "geoenforce"
CLASSES = ["basic_farmland_m2", "other_cultivated_m2", "other_m2"]
Answer = Any  # a data frame by violation_id with CLASSES

#: The same three joins for every database; ``extract`` keeps the polygons of an intersection.
FARMLAND_SQL = """
SELECT v.violation_id AS id, {extract} AS g
FROM violations v JOIN basic_farmland b ON ST_Intersects(v.geometry, b.geometry)
"""
SUMS_SQL = {
    "whole": "SELECT violation_id AS id, ST_Area(geometry) AS m2 FROM violations",
    "basic": "SELECT id, SUM(ST_Area(g)) AS m2 FROM on_basic GROUP BY id",
    "cultivated": "SELECT v.violation_id AS id, SUM(ST_Area(ST_Intersection(v.geometry, p.geometry))) AS m2 "
    "FROM violations v JOIN cultivated p ON ST_Intersects(v.geometry, p.geometry) GROUP BY v.violation_id",
    "both": "SELECT f.id AS id, SUM(ST_Area(ST_Intersection(f.g, p.geometry))) AS m2 "
    "FROM on_basic f JOIN cultivated p ON ST_Intersects(f.g, p.geometry) GROUP BY f.id",
}


def answer_of(sums: dict[str, Any]) -> Answer:
    """Make the three classes of the four sums, each a table with ``id`` and ``m2``."""
    import pandas as pd

    whole = sums["whole"].set_index("id")["m2"].astype(float)
    basic, cultivated, both = (
        sums[name].set_index("id")["m2"].astype(float).reindex(whole.index).fillna(0.0)
        for name in ("basic", "cultivated", "both")
    )
    columns = {CLASSES[0]: basic, CLASSES[1]: cultivated - both, CLASSES[2]: whole - basic - cultivated + both}
    return pd.DataFrame(columns).rename_axis("violation_id")


def geoenforce() -> Callable[[Path], Answer]:
    """The land near the violations, read from GeoParquet snapshots of the store as files of any size are."""
    from geoenforce.pipeline.prepared import land_near

    return _measure(lambda folder, violations, kind: land_near(violations, *folder.glob(f"snapshots/{kind}_*.parquet")))


def geoenforce_prepared() -> Callable[[Path], Answer]:
    """The land as prepared layers, mapped into memory."""
    from geoenforce.pipeline.prepared import open_prepared

    return _measure(lambda folder, _, kind: open_prepared(folder / f"{kind}.prepared"))


def geoenforce_tables() -> Callable[[Path], Answer]:
    """The land read whole by geopandas: what a notebook would do."""
    import geopandas as gpd

    files = {"basic_farmland": "basic_farmland.parquet", "cultivated": "parcels.parquet"}
    return _measure(lambda folder, _, kind: gpd.read_parquet(folder / files[kind]))


def _measure(land: Callable[[Path, Any, str], Any]) -> Callable[[Path], Answer]:
    import geopandas as gpd
    import pandas as pd
    import shapely

    from geoenforce.core.space import PLANE
    from geoenforce.violations.overlay import areas_by_land_class

    # Its compiled loops are loaded at the first call; those of the others come with their import.
    square = gpd.GeoDataFrame(
        {"case_id": ["A"], "found_on": pd.to_datetime(["2026-03-02"]), "status": ["confirmed"]},
        index=pd.Index(["A"], name="violation_id"), geometry=[shapely.box(0, 0, 1, 1)], crs=PLANE,
    )  # fmt: skip
    areas_by_land_class(square, square[["geometry"]], square[["geometry"]])

    def run(folder: Path) -> Answer:
        violations = gpd.read_parquet(folder / "violations.parquet").set_index("violation_id")
        layers = [land(folder, violations, kind) for kind in ("basic_farmland", "cultivated")]
        return areas_by_land_class(violations, *layers)[CLASSES]

    return run


def geopandas_overlay() -> Callable[[Path], Answer]:
    """Two overlays, as in `engines.by_geopandas`."""
    import geopandas as gpd

    from benchmarks.engines import Layers, by_geopandas

    def run(folder: Path) -> Answer:
        violations = gpd.read_parquet(folder / "violations.parquet").set_index("violation_id")
        farmland, parcels = (gpd.read_parquet(folder / f"{name}.parquet") for name in ("basic_farmland", "parcels"))
        return by_geopandas(Layers(violations, farmland, parcels))

    return run


def geopandas_sjoin() -> Callable[[Path], Answer]:
    """Join, then intersect the pairs; three times."""
    import geopandas as gpd
    import pandas as pd
    import shapely

    def pieces(left: Any, right: Any) -> Any:
        pairs = gpd.sjoin(left, right, predicate="intersects")
        shapes = shapely.intersection(
            left.geometry.loc[pairs.index].to_numpy(), right.geometry.loc[pairs["index_right"]].to_numpy()
        )
        return gpd.GeoDataFrame({"id": pairs["id"].to_numpy()}, geometry=shapes, crs=left.crs)

    def summed(found: Any) -> Any:
        return pd.DataFrame({"id": found["id"], "m2": found.area}).groupby("id", as_index=False).sum()

    def run(folder: Path) -> Answer:
        violations = gpd.read_parquet(folder / "violations.parquet", columns=["violation_id", "geometry"])
        violations = violations.rename(columns={"violation_id": "id"})
        farmland = gpd.read_parquet(folder / "basic_farmland.parquet")
        parcels = gpd.read_parquet(folder / "parcels.parquet")
        parcels = parcels.loc[parcels["is_cultivated"], ["geometry"]]
        on_basic = pieces(violations, farmland)
        on_basic = on_basic[on_basic.area > 0].reset_index(drop=True)
        whole = pd.DataFrame({"id": violations["id"], "m2": violations.area})
        on_cultivated, on_both = pieces(violations, parcels), pieces(on_basic, parcels)
        return answer_of(
            {"whole": whole, "basic": summed(on_basic), "cultivated": summed(on_cultivated), "both": summed(on_both)}
        )

    return run


def duckdb_spatial() -> Callable[[Path], Answer]:
    """DuckDB with its spatial extension, which the package duckdb-extension-spatial holds."""
    import duckdb
    import duckdb_extension_spatial
    import pandas  # noqa: F401 - imports are not counted

    where = Path(duckdb_extension_spatial.__file__).parent.rglob("spatial.duckdb_extension")

    def run(folder: Path) -> Answer:
        database = duckdb.connect(config={"allow_unsigned_extensions": "true"})
        database.execute(f"LOAD '{next(where)}'")
        for name in ("violations", "basic_farmland", "parcels"):
            database.execute(f"CREATE VIEW {name} AS SELECT * FROM '{folder / name}.parquet'")
        database.execute("CREATE VIEW cultivated AS SELECT geometry FROM parcels WHERE is_cultivated")
        extract = "ST_CollectionExtract(ST_Intersection(v.geometry, b.geometry), 3)"
        database.execute(f"CREATE TABLE on_basic AS {FARMLAND_SQL.format(extract=extract)}")
        return answer_of({name: database.execute(sql).df() for name, sql in SUMS_SQL.items()})

    return run


def sedona() -> Callable[[Path], Answer]:
    """SedonaDB, which reads GeoParquet by itself."""
    import pandas  # noqa: F401 - imports are not counted
    import sedonadb

    def run(folder: Path) -> Answer:
        database = sedonadb.connect()
        for name in ("violations", "basic_farmland", "parcels"):
            database.read_parquet(str(folder / f"{name}.parquet")).to_view(name)
        database.sql("SELECT geometry FROM parcels WHERE is_cultivated").to_view("cultivated")
        extract = "ST_Intersection(v.geometry, b.geometry)"
        database.sql(FARMLAND_SQL.format(extract=extract)).to_memtable().to_view("on_basic")
        return answer_of({name: database.sql(sql).to_pandas() for name, sql in SUMS_SQL.items()})

    return run


def postgis() -> Callable[[Path], Answer]:
    """PostGIS, loaded and indexed before."""
    return _postgis("public")


def postgis_subdivided() -> Callable[[Path], Answer]:
    """PostGIS with the land cut to pieces of 256 vertices by ST_Subdivide."""
    return _postgis("subdivided")


def _postgis(schema: str) -> Callable[[Path], Answer]:
    import pandas as pd
    import psycopg

    def run(_: Path) -> Answer:
        with psycopg.connect(os.environ["BENCHMARK_POSTGIS"], autocommit=True) as connection:
            connection.execute(f"SET search_path TO {schema}, public")
            extract = "ST_CollectionExtract(ST_Intersection(v.geometry, b.geometry), 3)"
            connection.execute(f"CREATE TEMP TABLE on_basic AS {FARMLAND_SQL.format(extract=extract)}")
            connection.execute("ANALYZE on_basic")
            found = {name: connection.execute(sql).fetchall() for name, sql in SUMS_SQL.items()}
            return answer_of({name: pd.DataFrame(rows, columns=["id", "m2"]) for name, rows in found.items()})

    return run


ENGINES: dict[str, Callable[[], Callable[[Path], Answer]]] = {
    OURS: geoenforce,
    "geoenforce, prepared layers": geoenforce_prepared,
    "geoenforce, tables of geopandas": geoenforce_tables,
    "geopandas.overlay, twice": geopandas_overlay,
    "geopandas.sjoin + shapely.intersection": geopandas_sjoin,
    "DuckDB spatial": duckdb_spatial,
    "SedonaDB": sedona,
    "PostGIS": postgis,
    "PostGIS + ST_Subdivide(256)": postgis_subdivided,
}


def main() -> None:
    """Answer once and tell what it took."""
    engine, folder, answer = sys.argv[1:]
    run = ENGINES[engine]()
    server = ServerClock(os.environ["BENCHMARK_POSTGIS"]) if engine.startswith("PostGIS") else None
    clock = Clock()
    found = run(Path(folder))
    taken = clock.taken() | ({} if server is None else server.taken())
    found.to_parquet(answer)
    print(json.dumps(taken))


if __name__ == "__main__":
    main()
