"""What is dear to make is made once for all worker processes of a test session."""

import os
import pickle
from contextlib import contextmanager


def common_folder(tmp_path_factory):
    """The folder that all worker processes of a session share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if os.environ.get("PYTEST_XDIST_WORKER") else own


def once(tmp_path_factory, name, make):
    """
    Call a function in the process that comes first, and return its result in all.

    The function is given a folder that all processes see; its result must be such as can be pickled.
    """
    folder = common_folder(tmp_path_factory) / f"shared-{name}"
    with one_at_a_time(folder.with_suffix(".lock")):
        result = folder / "result.pickle"
        if not result.exists():
            folder.mkdir()  # fails for those who come after one that failed: one error is enough
            made = make(folder)
            result.write_bytes(pickle.dumps(made))
            return made
    return pickle.loads(result.read_bytes())


@contextmanager
def one_at_a_time(path):
    """Let one process at a time do something; needed, and there, only where tests run in several processes."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        yield
        return
    import fcntl

    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
