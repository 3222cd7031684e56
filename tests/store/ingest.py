"""A process of its own that writes into a store: ``python -m tests.store.ingest URL ROWS SEED [WAIT_S] [HOLD_S]``."""

import sys
import time

from geoenforce.core.errors import StoreError
from geoenforce.core.tables import COMPARISONS, VIOLATIONS
from geoenforce.store.engine import open_store
from geoenforce.store.revisions import revision
from geoenforce.store.tables import save
from tests.store.frames import made_up, patches


def main():
    url, rows, seed, *more = sys.argv[1:]
    wait_s, hold_s = [*map(float, more), 30.0, 0.0][:2] if len(more) < 2 else map(float, more)
    frame = patches(int(rows), seed=int(seed))
    comparisons = made_up(COMPARISONS, int(rows) // 4)
    store = open_store(url)
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        with revision(store, "ingest", {"seed": int(seed)}, wait_s=wait_s) as made:
            print("writing", flush=True)
            save(made.connection, VIOLATIONS, frame, revision=made.number)
            save(made.connection, COMPARISONS, comparisons, revision=made.number)
            time.sleep(hold_s)
    except StoreError as problem:
        print(problem, flush=True)
        sys.exit(1)
    print("done", flush=True)


if __name__ == "__main__":
    main()
