"""Addresses of stores as people write them: seen from a folder, and without the password."""

import os
from pathlib import Path

from sqlalchemy.engine import make_url

from geoenforce.core.errors import StoreError

#: Where the password of a PostGIS store is looked for; PostgreSQL's own places (~/.pgpass, PGPASSWORD) do as well.
PASSWORD_VARIABLE = "GEOENFORCE_STORE_PASSWORD"

_GPKG = "gpkg:///"


def complete(url: str, folder: Path) -> str:
    """
    Make the path of a GeoPackage absolute, and add the password of a PostGIS from the environment.

    Parameters
    ----------
    url
        As it stands in a configuration or an environment variable. A plain path ending in ``.gpkg`` will do.
    folder
        The folder that paths are seen from.

    Examples
    --------
    >>> complete("gpkg:///store.gpkg", Path("/data/county"))
    'gpkg:////data/county/store.gpkg'
    >>> complete("backup.gpkg", Path("/data/county"))
    'gpkg:////data/county/backup.gpkg'
    """
    if url.endswith(".gpkg") and "://" not in url:
        url = _GPKG + url
    if url.startswith(_GPKG):
        return _GPKG + (folder / url.removeprefix(_GPKG)).as_posix()
    password = os.environ.get(PASSWORD_VARIABLE)
    if password and url.startswith("postgresql") and not has_password(url):
        return make_url(url).set(password=password).render_as_string(hide_password=False)
    return url


def refuse_password(url: str) -> str:
    """
    Refuse a URL with a password where others see it: among a program's arguments, or in a file.

    Raises
    ------
    StoreError
        Without the URL.

    Examples
    --------
    >>> refuse_password("postgresql+psycopg://officer@server/farmland")
    'postgresql+psycopg://officer@server/farmland'
    >>> refuse_password("postgresql+psycopg://officer:secret@server/farmland")
    Traceback (most recent call last):
    geoenforce.core.errors.StoreError: The URL of the store holds a password, and everybody on this computer can see the
    arguments of a program. Leave it out, and give it in the environment variable GEOENFORCE_STORE_PASSWORD, or in the
    file ~/.pgpass.
    """
    if has_password(url):
        message = (
            "The URL of the store holds a password, and everybody on this computer can see the arguments of a program. "
            f"Leave it out, and give it in the environment variable {PASSWORD_VARIABLE}, or in the file ~/.pgpass."
        )
        raise StoreError(message)
    return url


def has_password(url: str) -> bool:
    """
    Tell whether a URL holds a password.

    Examples
    --------
    >>> has_password("gpkg:///a:b@c.gpkg"), has_password("postgresql+psycopg://server/x?user=u&password=p")
    (False, True)
    """
    if url.startswith("gpkg:") or "://" not in url:
        return False
    user, at, _ = url.partition("://")[2].rpartition("@")
    return bool(at and ":" in user) or "password=" in url.lower()
