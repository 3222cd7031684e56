"""Seconds, processor time and memory of this process; the standard library alone, for programs of any environment."""

import os
import resource
import threading
import time
from pathlib import Path

_CLEAR_PEAK = Path("/proc/self/clear_refs")


class Clock:
    """Runs from its making; `taken` tells what it took."""

    def __init__(self) -> None:
        forget_peak()
        self._wall_s, self._cpu_s = time.perf_counter(), time.process_time()

    def taken(self) -> dict[str, float]:
        """Return what it took until now."""
        return {
            "wall_s": time.perf_counter() - self._wall_s,
            "cpu_s": time.process_time() - self._cpu_s,
            "peak_mb": peak_mb(),
        }


def forget_peak() -> None:
    """Let the peak begin again at what is in memory now, where the system can do that (Linux)."""
    if _CLEAR_PEAK.exists():
        _CLEAR_PEAK.write_text("5", encoding="ascii")


def peak_mb() -> float:
    """Return the most memory held at once. On Linux getrusage() may show the parent's, so the kernel's file is read."""
    if _CLEAR_PEAK.exists():
        status = Path("/proc/self/status").read_text(encoding="utf-8")
        return float(status.split("VmHWM:")[1].split()[0]) * 1024 / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


class ServerClock:
    """Processor time and memory of a PostgreSQL server on this machine (Linux)."""

    def __init__(self, url: str) -> None:
        import psycopg

        with psycopg.connect(url) as connection:
            row = connection.execute("SELECT pg_backend_pid()").fetchone()
        assert row is not None
        self._server = _parent_of(row[0])
        self._peak_mb, self._stopped = 0.0, threading.Event()
        time.sleep(0.2)  # the backend of the question is gone, and its time with the server's
        self._ticks = self._used()
        self._watch = threading.Thread(target=self._look, daemon=True)
        self._watch.start()

    def taken(self) -> dict[str, float]:
        """Return the server's part; call it when the connection is closed."""
        self._stopped.set()
        self._watch.join()
        time.sleep(0.2)
        return {"cpu_s": (self._used() - self._ticks) / os.sysconf("SC_CLK_TCK"), "peak_mb": self._peak_mb}

    def _used(self) -> int:
        """Return the ticks of the server and of its children that have ended."""
        return sum(map(int, _stat(self._server)[11:15]))

    def _look(self) -> None:
        """Add up, again and again, what backends hold beside the shared buffers."""
        while not self._stopped.wait(0.02):
            self._peak_mb = max(self._peak_mb, sum(map(_own_mb, _children_of(self._server))))


def _stat(process: int) -> list[str]:
    """Return the fields of /proc/PID/stat behind the name: the state is the first."""
    return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()


def _parent_of(process: int) -> int:
    return int(_stat(process)[1])


def _children_of(process: int) -> list[int]:
    path = Path(f"/proc/{process}/task/{process}/children")
    return [int(one) for one in path.read_text(encoding="ascii").split()]


def _own_mb(process: int) -> float:
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    except OSError:
        return 0.0  # it has just ended
    return float(status.split("RssAnon:")[1].split()[0]) * 1024 / 1e6
