"""
A process of its own that writes into a store: ``python -m tests.store.ingest URL ROWS SEED WAIT_S HOLD_S``.

It writes once for each line that it is given, each time in a child of its own, whose number it prints: a child has
everything loaded already, and can be killed at any moment of its work.
"""

import os
import sys
import time

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
    url, rows, seed, wait_s, hold_s = sys.argv[1:]
    frame = patches(int(rows), seed=int(seed))
    comparisons = made_up(COMPARISONS, int(rows) // 4)
    store = open_store(url)
    say("ready")
    for _ in sys.stdin:
        child = os.fork()
        if not child:
            os._exit(write(store, frame, comparisons, float(wait_s), float(hold_s)))
        say(child)
        say(f"ended {os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}")


def write(store, frame, comparisons, wait_s, hold_s):
    try:
        with revision(store, "ingest", {"rows": len(frame)}, wait_s=wait_s) as made:
            say("writing")
            save(made.connection, VIOLATIONS, frame, revision=made.number)
            save(made.connection, COMPARISONS, comparisons, revision=made.number)
            time.sleep(hold_s)
    except StoreError as problem:
        say(problem)
        return 1
    return 0


if __name__ == "__main__":
    main()
