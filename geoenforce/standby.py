"""
A process that stands by with everything loaded, so that `geoenforce screen` need not load anything.

It listens on a Unix socket (Windows: a named pipe) of this user on this machine, never on the network. Whoever asks
must know a key that only the user's own files hold; questions and answers are JSON. It opens layers anew for each
question, which a prepared layer makes cheap, so it never answers from an old one.
"""

import json
import os
import secrets
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import Any

from geoenforce.core.errors import ConfigError, GeoenforceError

Record = dict[str, Any]

_ASKED_WITHIN_S, _ANSWERED_WITHIN_S = 5.0, 120.0
_LONGEST_PATH = 90  # of a Unix socket: some systems take hardly more


def ask(question: Record) -> Record | None:
    """
    Ask the process that stands by; None where there is none, or it cannot say.

    Parameters
    ----------
    question
        Fields of `geoenforce.shortcuts.overlays.Layers` under ``layers``, and ``json`` or ``lang``.

    Raises
    ------
    GeoenforceError
        What the answer would have raised here.

    Examples
    --------
    >>> ask({"layers": {"patches": "site.txt"}, "json": True, "lang": "zh"})  # doctest: +SKIP
    """
    try:
        place = json.loads(_note().read_text(encoding="utf-8"))
        if place["version"] != version("geoenforce"):
            return None
        with Client(place["address"], authkey=bytes.fromhex(place["key"])) as connection:
            connection.send_bytes(json.dumps({**question, "folder": str(Path.cwd())}).encode())
            if not connection.poll(_ANSWERED_WITHIN_S):
                return None
            answer: Record = json.loads(connection.recv_bytes())
    except (OSError, EOFError, ValueError, KeyError, AuthenticationError):
        return None  # it has ended, or is another's
    if "error" in answer:
        raise GeoenforceError(answer["error"])
    return None if "failed" in answer else answer


def stand_by(told: Callable[[str], None]) -> None:
    """
    Answer questions until interrupted.

    Parameters
    ----------
    told
        Called with one line when everything is loaded.

    Raises
    ------
    ConfigError
        If another process stands by already.

    Examples
    --------
    >>> stand_by(print)  # doctest: +SKIP
    """
    with _listening() as listener:
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the note is taken away as after Ctrl-C
        _warm_up()
        told("geoenforce stands by: 'geoenforce screen' is answered at once. Ctrl-C ends it.")
        while True:
            with suppress(OSError, EOFError, ValueError, AuthenticationError), listener.accept() as connection:
                _answer(connection)


def screened(layers: Record, *, json: bool, lang: str) -> Record:
    """
    Screen a site, and lay out the answer as `geoenforce screen` prints it.

    Examples
    --------
    >>> layers = {"patches": "site.txt", "basic_farmland": "jbnt.prepared", "cultivated": "dltb.prepared"}
    >>> screened(layers, json=True, lang="zh")["records"]  # doctest: +SKIP
    """
    from geoenforce.core.tables import AREAS
    from geoenforce.outputs.one_table import records, rows_for_people
    from geoenforce.shortcuts.overlays import Layers, screen_files

    done = screen_files(Layers(**layers))
    if json:
        return {"records": records(done.areas, AREAS), "summary": done.summary()}
    header, rows = rows_for_people(done.areas, AREAS, lang)
    return {"header": header, "rows": rows, "summary": done.summary()}


def _answer(connection: Connection) -> None:
    """Answer one question; what fails is left to whoever asked."""
    if not connection.poll(_ASKED_WITHIN_S):
        return
    question = json.loads(connection.recv_bytes())
    home = Path.cwd()
    try:
        os.chdir(question["folder"])  # so that errors name files as they were asked for
        answer = screened(question["layers"], json=question["json"], lang=question["lang"])
    except GeoenforceError as error:
        answer = {"error": str(error)}
    except Exception as error:
        answer = {"failed": str(error)}
    finally:
        os.chdir(home)
    connection.send_bytes(json.dumps(answer, default=str).encode())


@contextmanager
def _listening() -> Iterator[Listener]:
    """Listen where the note says; the note can be read by this user alone."""
    note = _note()
    note.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if note.exists():
        if _is_answered(note):
            raise _another(note)
        note.unlink(missing_ok=True)  # of one that was killed
    key = secrets.token_bytes(32)
    with _address(note.parent) as address, Listener(address, authkey=key) as listener:
        try:
            own = os.open(note, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:  # it began at the same moment
            raise _another(note) from None
        with os.fdopen(own, "w", encoding="utf-8") as file:
            json.dump({"address": address, "key": key.hex(), "version": version("geoenforce")}, file)
        try:
            yield listener
        finally:
            note.unlink(missing_ok=True)


def _another(note: Path) -> ConfigError:
    return ConfigError(f"{note}: another process stands by already. End it there with Ctrl-C.")


@contextmanager
def _address(folder: Path) -> Iterator[str]:
    if sys.platform == "win32":
        yield rf"\\.\pipe\geoenforce-{secrets.token_hex(8)}"
        return
    own = len(str(folder)) < _LONGEST_PATH
    with tempfile.TemporaryDirectory(prefix="s", dir=folder if own else None) as place:  # of this user alone
        yield str(Path(place, "s"))


def _is_answered(note: Path) -> bool:
    try:
        place = json.loads(note.read_text(encoding="utf-8"))
        Client(place["address"], authkey=bytes.fromhex(place["key"])).close()
    except (OSError, EOFError, ValueError, KeyError, AuthenticationError):
        return False
    return True


def _note() -> Path:
    """Return where it is noted how to ask; `GEOENFORCE_STANDBY` names another folder."""
    named = os.environ.get("GEOENFORCE_STANDBY")
    if named:
        return Path(named, "standby.json")
    if sys.platform == "win32":
        return Path(os.environ["LOCALAPPDATA"], "geoenforce", "standby.json")
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    return Path(runtime or Path.home() / ".cache", "geoenforce", "standby.json")


def _warm_up() -> None:
    """Measure a square once: what is loaded at the first use is then there."""
    import geopandas as gpd
    import pandas as pd
    import shapely

    from geoenforce.core.space import PLANE
    from geoenforce.inputs.read import read_layer
    from geoenforce.outputs.one_table import rows_for_people  # noqa: F401
    from geoenforce.violations.overlay import areas_by_land_class

    square = gpd.GeoDataFrame(
        {"case_id": ["A"], "found_on": pd.to_datetime(["2026-03-02"]), "status": ["suspected"]},
        index=pd.Index(["A"], name="violation_id"), geometry=[shapely.box(116, 23, 116.001, 23.001)], crs=4490,
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        square.to_file(Path(folder, "square.geojson"), engine="pyogrio")
        read_layer(Path(folder, "square.geojson"))
    plane = square.to_crs(PLANE)
    areas_by_land_class(plane, plane[["geometry"]], plane[["geometry"]])
