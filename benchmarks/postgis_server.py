"""A PostGIS of our own for the overlay benchmark: started, loaded and indexed once, kept between rounds."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
_LAYERS = ("violations", "basic_farmland", "parcels")
_KEYS = {"violations": "violation_id", "parcels": "land_code"}
#: What a careful user would set on a machine of 24 GB; the rest is PostgreSQL's own choice.
_SETTINGS = "-c shared_buffers=2GB -c work_mem=256MB -c maintenance_work_mem=1GB -c effective_cache_size=12GB"


def why_not() -> str:
    """Say what is missing; empty if nothing is."""
    if not _PROGRAMS:
        return "no /usr/lib/postgresql/*/bin"
    if not list(Path("/usr/share/postgresql").glob("*/extension/postgis.control")):
        return "PostgreSQL is installed, its extension postgis is not"
    return ""


@contextmanager
def server(home: Path) -> Iterator[str]:
    """Start the server whose data lie in a folder, made if need be, and yield its URL; stop it at the end."""
    home.mkdir(parents=True, exist_ok=True)
    if os.getuid() == 0:
        for parent in (home, *home.parents):  # the server's own user must be able to come by
            if parent.stat().st_mode & 0o001 == 0:
                parent.chmod(parent.stat().st_mode | 0o011)
        shutil.chown(home, "postgres", "postgres")
    if not (home / "data").exists():
        _run("initdb", "-D", home / "data", "--auth=trust", "--username=officer", "--encoding=UTF8", "--locale=C.UTF-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = f"-p {port} -k /tmp -c listen_addresses=127.0.0.1 {_SETTINGS}"
    _run("pg_ctl", "-D", home / "data", "-l", home / "log", "-w", "-t", "60", "-o", options, "start")
    try:
        yield f"postgresql://officer@127.0.0.1:{port}/postgres"
    finally:
        _run("pg_ctl", "-D", home / "data", "-m", "fast", "-w", "stop")


def load(url: str, folder: Path) -> float:
    """Load the files of a folder, index them, subdivide the land in a schema of its own; return the seconds it took."""
    import geopandas as gpd
    import psycopg
    import shapely

    began = time.perf_counter()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS postgis")
        connection.execute("DROP SCHEMA IF EXISTS subdivided CASCADE; CREATE SCHEMA subdivided")
        for name in _LAYERS:
            layer = gpd.read_parquet(folder / f"{name}.parquet")
            keys = layer[key] if (key := _KEYS.get(name)) else layer.index
            connection.execute(f"DROP TABLE IF EXISTS {name} CASCADE")
            connection.execute(f"CREATE TABLE {name} ({key or 'key'} text, geometry geometry)")
            shapes = shapely.to_wkb(layer.geometry.to_numpy(), hex=True)
            with connection.cursor().copy(f"COPY {name} FROM STDIN") as copy:
                for row in zip(keys.astype(str), shapes, strict=True):
                    copy.write_row(row)
            connection.execute(f"CREATE INDEX ON {name} USING gist (geometry); ANALYZE {name}")
        for name, columns in (("basic_farmland", ""), ("parcels", "land_code, ")):
            cut = f"SELECT {columns}ST_Subdivide(geometry, 256) AS geometry FROM public.{name}"
            connection.execute(f"CREATE TABLE subdivided.{name} AS {cut}")
            connection.execute(f"CREATE INDEX ON subdivided.{name} USING gist (geometry); ANALYZE subdivided.{name}")
    return time.perf_counter() - began


def version(url: str) -> str:
    """Return the versions of PostgreSQL, PostGIS and its GEOS."""
    import psycopg

    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT current_setting('server_version'), postgis_lib_version()").fetchone()
    return "PostgreSQL {}, PostGIS {}".format(*(row or ("?", "?")))


def _run(program: str, *arguments: object) -> None:
    before = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    command = [*before, str(_PROGRAMS[-1] / program), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False, stdin=subprocess.DEVNULL)
    if done.returncode:
        message = f"{program}: {done.stderr or done.stdout}"
        raise RuntimeError(message)
