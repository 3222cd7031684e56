"""What a database driver says, as one line that tells people what to do."""

import sqlite3

import sqlalchemy as sa

_WAIT = "another program is writing into it. Wait until it has finished, and try again."
_SERVER = "the database server cannot be reached. Is its name right, and does PostgreSQL run there?"
_NONE = "there is no store in it yet. Run 'geoenforce run' to make one."

#: What is in a driver's message, and what we say instead; the first that fits.
_PLAIN = {
    "database is locked": _WAIT,
    "lock timeout": _WAIT,
    "disk is full": "the disk is full. The store is as it was before; make room, and try again.",
    "no space left": "the server's disk is full. The store is as it was before; make room, and try again.",
    "unable to open": "the file cannot be opened. Is the folder there, and may you write into it?",
    "not a database": "the file is not a GeoPackage.",
    "malformed": "the file is damaged. Put back the last backup of it.",
    "readonly database": "the file, or the folder it is in, may not be written.",
    "no such table": _NONE,
    'relation "revisions" does not exist': _NONE,
    "password authentication failed": "the user's name or the password is not right.",
    "no password supplied": "the server wants a password: put it into GEOENFORCE_STORE_PASSWORD, or into ~/.pgpass.",
    "permission denied": "the user may not do this in the database: grant it CREATE on its schema.",
    "could not translate host": _SERVER,
    "failed to resolve host": _SERVER,
    "connection refused": _SERVER,
    "no such file or directory": _SERVER,
    "timeout expired": _SERVER,
    "connection timeout": _SERVER,
}


#: PostgreSQL: no privilege; a server, database or role that is set to read only.
_NO_RIGHT_TO_WRITE = ("42501", "25006")


def driver_errors() -> tuple[type[Exception], ...]:
    """
    Return the errors of the drivers at hand, wrapped by SQLAlchemy or not.

    Examples
    --------
    >>> issubclass(sqlite3.OperationalError, driver_errors())
    True
    """
    try:
        import psycopg
    except ModuleNotFoundError:
        return (sa.exc.DBAPIError, sqlite3.Error)
    return (sa.exc.DBAPIError, sqlite3.Error, psycopg.Error)


def forbids_writing(problem: Exception) -> bool:
    """
    Say whether a driver's error means that the user may read, but not write.

    Examples
    --------
    >>> forbids_writing(sqlite3.OperationalError("attempt to write a readonly database"))
    True
    >>> forbids_writing(sqlite3.OperationalError("database is locked"))
    False
    """
    cause = getattr(problem, "orig", None) or problem
    if isinstance(cause, sqlite3.Error):
        return "readonly database" in str(cause)
    return getattr(cause, "sqlstate", None) in _NO_RIGHT_TO_WRITE


def plainly(problem: Exception) -> str:
    """
    Say in one line what a driver's error means for the user.

    Examples
    --------
    >>> plainly(sqlite3.OperationalError("attempt to write a readonly database"))
    'the file, or the folder it is in, may not be written.'
    >>> plainly(sqlite3.OperationalError('near "SELEC": syntax error'))
    'near "SELEC": syntax error'
    """
    cause = getattr(problem, "orig", None) or problem
    said = str(cause).strip()
    plain = next((plain for words, plain in _PLAIN.items() if words in said.lower()), None)
    return plain or (said.splitlines()[0] if said else type(cause).__name__)
