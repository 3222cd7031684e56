"""
A process of its own that writes into a store: ``python -m tests.store.ingest URL ROWS SEED [HELD]``.

It writes once for each line that it is given, each time in a child of its own, whose number it prints: a child has
everything loaded already, and can be killed at any moment of its work. Where a path is given, it keeps the store to
itself until a file is there. The moments that it prints are those of a clock that all processes share.
"""

import os
import sys
import time
from pathlib import Path

from geoenforce.core.errors import StoreError
from geoenforce.core.tables import COMPARISONS, VIOLATIONS
from geoenforce.store.engine import open_store
from geoenforce.store.revisions import revision
from geoenforce.store.tables import save
from tests.store.frames import made_up, patches


def say(what):
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def main():
    url, rows, seed, *held = sys.argv[1:]
    frame = patches(int(rows), seed=int(seed))
    comparisons = made_up(COMPARISONS, int(rows) // 4)
    store = open_store(url)
    say("ready")
    for _ in sys.stdin:
        child = os.fork()
        if not child:
            os._exit(write(store, frame, comparisons, *map(Path, held)))
        say(f"child {child}")
        say(f"ended {os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}")


def write(store, frame, comparisons, held=None):
    try:
        say("asks")
        with revision(store, "ingest", {"rows": len(frame)}) as made:
            say(f"begins {time.monotonic()}")
            save(made.connection, VIOLATIONS, frame, revision=made.number)
            save(made.connection, COMPARISONS, comparisons, revision=made.number)
            while held and not held.exists():
                time.sleep(0.01)
            say(f"leaves {time.monotonic()}")
    except StoreError as problem:
        say(problem)
        return 1
    return 0


if __name__ == "__main__":
    main()
