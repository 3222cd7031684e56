"""A real PostGIS for the tests: the one that GEOENFORCE_TEST_POSTGIS names, or one of our own."""

import fcntl
import json
import os
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

PASSWORD = "kept%Dark"
_PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))


@contextmanager
def shared_server(folder):
    """Lend the URL of a server that all worker processes of one session share; the last one out stops it."""
    given = os.environ.get("GEOENFORCE_TEST_POSTGIS")
    if given:
        yield given
        return
    with _turn(folder) as users:
        if not users:
            users["url"], users["home"] = _start()
        users["count"] = users.get("count", 0) + 1
        url = users["url"]
    try:
        yield url
    finally:
        with _turn(folder) as users:
            users["count"] -= 1
            if not users["count"]:
                _stop(Path(users["home"]))
                users.clear()


@contextmanager
def own_server():
    """Lend the URL of an empty database on a server of our own, with PostgreSQL's own settings."""
    url, home = _start("")
    try:
        execute(url, "CREATE EXTENSION postgis")
        yield url
    finally:
        _stop(Path(home))


def why_not():
    """Say what is missing for a server; empty if nothing is."""
    if os.environ.get("GEOENFORCE_TEST_POSTGIS"):
        return ""
    if not _PROGRAMS:
        return "PostGIS: no /usr/lib/postgresql/*/bin, and GEOENFORCE_TEST_POSTGIS names no server"
    if not list(Path("/usr/share/postgresql").glob("*/extension/postgis.control")):
        return "PostGIS: PostgreSQL is installed, its extension postgis is not"
    if os.getuid() == 0 and not shutil.which("runuser"):
        return "PostGIS: PostgreSQL does not run as root, and there is no runuser"
    return ""


def execute(url, statement, database="postgres"):
    """Run one statement outside of any transaction."""
    with psycopg.connect(plain(url, database), autocommit=True) as connection:
        return connection.execute(statement)


def plain(url, database=None):
    """Write a URL as libpq takes it."""
    parsed = make_url(url).set(drivername="postgresql")
    return (parsed.set(database=database) if database else parsed).render_as_string(hide_password=False)


def with_database(url, database, **parts):
    """Name another database, user or password in a URL."""
    return make_url(url).set(database=database, **parts).render_as_string(hide_password=False)


@contextmanager
def _turn(folder):
    """Let one process at a time read and write who uses the server."""
    with (folder / "postgis.lock").open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        users = json.loads(file.read() or "{}")
        yield users
        file.seek(0)
        file.truncate()
        file.write(json.dumps(users))


def _start(more="-c fsync=off -c autovacuum=off"):
    home = Path(tempfile.mkdtemp(prefix="geoenforce-postgis-"))
    (home / "password").write_text(PASSWORD)
    if os.getuid() == 0:
        shutil.chown(home, "postgres")
        shutil.chown(home / "password", "postgres")
    safe = ["--auth=scram-sha-256", f"--pwfile={home / 'password'}", "--username=officer", "--encoding=UTF8"]
    _run("initdb", "-D", home / "data", *safe, "--locale=C.UTF-8", "--no-sync")
    # durability is PostgreSQL's own matter: without it the tests take half the time; nor is a template to be vacuumed
    port = _listening(home, f"-k {home} -c listen_addresses=127.0.0.1 -c max_connections=60 {more}")
    return f"postgresql+psycopg://officer:{PASSWORD.replace('%', '%25')}@127.0.0.1:{port}/postgres", str(home)


def _listening(home, settings):
    """Start the server on a free port, and return it; another program may take the port in that moment."""
    for is_last in (False, False, True):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        try:
            options = f"-p {port} {settings}"
            _run("pg_ctl", "-D", home / "data", "-l", home / "log", "-w", "-t", "300", "-o", options, "start")
        except RuntimeError:
            if is_last or "Address already in use" not in (home / "log").read_text():
                raise
        else:
            return port
    return None


def _stop(home):
    _run("pg_ctl", "-D", home / "data", "-m", "immediate", "-w", "-t", "300", "stop")
    shutil.rmtree(home, ignore_errors=True)


def _run(program, *arguments):
    before = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    command = [*before, _PROGRAMS[-1] / program, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False, stdin=subprocess.DEVNULL)
    if done.returncode:
        message = f"{program}: {done.stderr or done.stdout}"
        raise RuntimeError(message)
