"""Run the command line with ``python -m geoenforce``."""

import sys

from geoenforce.core.interrupted import INTERRUPTED, STOPPED


def main() -> None:
    """
    Load and run the command line; Ctrl-C ends it at any time with one line.

    Examples
    --------
    >>> main()  # doctest: +SKIP
    """
    try:
        from geoenforce.cli import main as run

        run()
    except KeyboardInterrupt:
        sys.stderr.write(STOPPED)
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
