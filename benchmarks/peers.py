"""
The programs of the overlay benchmark; each answers from the files of `overlay_data.py`, in a process of its own.

    python -m benchmarks.peers ENGINE FOLDER ANSWER        # prints what it took, as JSON

The question: of each violation, how much lies in parcels of each land code, and how much of that in basic farmland.
Imports come before the clock; reading the files is part of the time, bringing answers into one form for comparison is
not. PostGIS has loaded and indexed the files before.
"""

import json
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.clock import Clock, ServerClock

OURS = "geoenforce"
KEYS = ["violation_id", "land_code"]
#: What libraries import only when they first read or write; imports are not counted, whenever they come.
_LATE = ("pyarrow.dataset", "pyarrow.parquet", "pyarrow.pandas_compat", "geoarrow.pyarrow", "sedonadb.read")
Answer = Any  # two tables with KEYS and m2: in all, and in basic farmland; or the table of geoenforce

#: What every database is asked; ``extract`` keeps the polygons of an intersection.
PIECES_SQL = """
SELECT v.violation_id, p.land_code, {extract} AS g
FROM violations v JOIN parcels p ON ST_Intersects(v.geometry, p.geometry)
"""
SUMS_SQL = (
    "SELECT violation_id, land_code, SUM(ST_Area(g)) AS m2 FROM pieces GROUP BY violation_id, land_code",
    "SELECT o.violation_id, o.land_code, SUM(ST_Area(ST_Intersection(o.g, b.geometry))) AS m2 "
    "FROM pieces o JOIN basic_farmland b ON ST_Intersects(o.g, b.geometry) GROUP BY o.violation_id, o.land_code",
)


def in_one_form(answer: Answer) -> Any:
    """Make of an answer a table by KEYS with two columns, m² in all and in basic farmland."""
    import pandas as pd

    if not isinstance(answer, tuple):
        answer = answer[answer["land_code"].notna()]
        answer = answer, answer[answer["land_class"] == "basic_farmland"]
    sums = [
        pd.Series(table[name].to_numpy(float), pd.MultiIndex.from_frame(table[KEYS].astype(str)))
        .groupby(level=[0, 1])
        .sum()
        for table in answer
        for name in {"m2", "area_m2"} & set(table)
    ]
    return pd.concat(sums, axis=1, keys=["area_m2", "basic_farmland_m2"]).fillna(0.0)


def geoenforce() -> Callable[[Path], Answer]:
    """The land near the violations, read from GeoParquet snapshots of the store as files of any size are."""
    from geoenforce.pipeline.prepared import land_near
    from geoenforce.store.snapshot_files import write_snapshot

    def land(folder: Path, violations: Any, kind: str) -> Any:
        stored = "cultivated" if kind == "parcels" else kind  # a snapshot of it has all parcels
        return land_near(violations, *folder.glob(f"snapshots/{stored}_*.parquet"), all_parcels=kind == "parcels")

    square = _square()
    with TemporaryDirectory() as work:
        parts = [square[["land_code", "is_cultivated", "geometry"]].reset_index(drop=True)]
        tiny = write_snapshot(
            parts, Path(work), kind="cultivated", effective_from=None, source="", source_sha256="0" * 64
        )
        land_near(square, Path(work, tiny.path), all_parcels=True)  # loads the compiled loops that read
    return _measure(land)


def geoenforce_prepared() -> Callable[[Path], Answer]:
    """The land as prepared layers, mapped into memory."""
    from geoenforce.pipeline.prepared import open_prepared

    return _measure(lambda folder, _, kind: open_prepared(folder / f"{kind}.prepared"))


def geoenforce_tables() -> Callable[[Path], Answer]:
    """The land read whole by geopandas: what a notebook would do."""
    import geopandas as gpd

    return _measure(lambda folder, _, kind: gpd.read_parquet(folder / f"{kind}.parquet"))


def _measure(land: Callable[[Path, Any, str], Any]) -> Callable[[Path], Answer]:
    import geopandas as gpd

    from geoenforce.violations.land_codes import areas_by_land_code

    # Its compiled loops are loaded at the first call; those of the others come with their import.
    square = _square()
    areas_by_land_code(square, square[["geometry"]], square[["land_code", "geometry"]])

    def run(folder: Path) -> Answer:
        violations = gpd.read_parquet(folder / "violations.parquet").set_index("violation_id")
        layers = [land(folder, violations, kind) for kind in ("basic_farmland", "parcels")]
        return areas_by_land_code(violations, *layers)

    return run


def _square() -> Any:
    """Make a table of one square that can stand for violations and for parcels."""
    import geopandas as gpd
    import pandas as pd
    import shapely

    from geoenforce.core.space import PLANE

    columns = {"case_id": ["A"], "found_on": pd.to_datetime(["2026-03-02"]), "status": "confirmed", "land_code": "0101"}
    index = pd.Index(["A"], name="violation_id")
    return gpd.GeoDataFrame(
        columns | {"is_cultivated": True}, index=index, geometry=[shapely.box(0, 0, 1, 1)], crs=PLANE
    )


def _read(folder: Path) -> Any:
    import geopandas as gpd

    columns = {"violations": [KEYS[0], "geometry"], "parcels": [KEYS[1], "geometry"], "basic_farmland": ["geometry"]}
    return [gpd.read_parquet(folder / f"{name}.parquet", columns=wanted) for name, wanted in columns.items()]


def _summed(pieces: Any) -> Any:
    return pieces[KEYS].assign(m2=pieces.area).groupby(KEYS, as_index=False)["m2"].sum()


def geopandas_overlay() -> Callable[[Path], Answer]:
    """Violations over parcels, and the pieces over basic farmland."""
    import geopandas as gpd

    def run(folder: Path) -> Answer:
        violations, parcels, farmland = _read(folder)
        pieces = gpd.overlay(violations, parcels, how="intersection", keep_geom_type=True)
        return _summed(pieces), _summed(gpd.overlay(pieces, farmland, how="intersection", keep_geom_type=True))

    return run


def geopandas_sjoin() -> Callable[[Path], Answer]:
    """Join, then intersect the pairs; twice."""
    import geopandas as gpd
    import shapely

    def pieces(left: Any, right: Any) -> Any:
        pairs = gpd.sjoin(left, right, predicate="intersects")
        shapes = shapely.intersection(
            left.geometry.loc[pairs.index].to_numpy(), right.geometry.loc[pairs["index_right"]].to_numpy()
        )
        found = gpd.GeoDataFrame(pairs[KEYS].reset_index(drop=True), geometry=shapes, crs=left.crs)
        return found[found.area > 0].reset_index(drop=True)

    def run(folder: Path) -> Answer:
        violations, parcels, farmland = _read(folder)
        on_parcels = pieces(violations, parcels)
        return _summed(on_parcels), _summed(pieces(on_parcels, farmland))

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
        extract = "ST_CollectionExtract(ST_Intersection(v.geometry, p.geometry), 3)"
        database.execute(f"CREATE TABLE pieces AS {PIECES_SQL.format(extract=extract)}")
        return tuple(database.execute(sql).df() for sql in SUMS_SQL)

    return run


def sedona() -> Callable[[Path], Answer]:
    """SedonaDB, which reads GeoParquet by itself."""
    import pandas  # noqa: F401 - imports are not counted
    import sedonadb

    def run(folder: Path) -> Answer:
        database = sedonadb.connect()
        for name in ("violations", "basic_farmland", "parcels"):
            database.read_parquet(str(folder / f"{name}.parquet")).to_view(name)
        extract = "ST_Intersection(v.geometry, p.geometry)"
        database.sql(PIECES_SQL.format(extract=extract)).to_memtable().to_view("pieces")
        return tuple(database.sql(sql).to_pandas() for sql in SUMS_SQL)

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
            extract = "ST_CollectionExtract(ST_Intersection(v.geometry, p.geometry), 3)"
            connection.execute(f"CREATE TEMP TABLE pieces AS {PIECES_SQL.format(extract=extract)}")
            connection.execute("ANALYZE pieces")
            found = [connection.execute(sql).fetchall() for sql in SUMS_SQL]
            return tuple(pd.DataFrame(rows, columns=[*KEYS, "m2"]) for rows in found)

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
    for name in _LATE:
        with suppress(ImportError):
            import_module(name)
    server = ServerClock(os.environ["BENCHMARK_POSTGIS"]) if engine.startswith("PostGIS") else None
    clock = Clock()
    found = run(Path(folder))
    taken = clock.taken() | ({} if server is None else server.taken())
    in_one_form(found).to_parquet(answer)
    print(json.dumps(taken))


if __name__ == "__main__":
    main()
