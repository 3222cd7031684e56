"""Run the command line with ``python -m geoenforce``."""

import sys

#: The exit status of a command that was stopped by Ctrl-C, as shells have it.
INTERRUPTED = 130

#: What was begun is taken away by those who began it: files are put in their place when they are whole.
STOPPED = "\nStopped by Ctrl-C (已按 Ctrl-C 中断): nothing was half written; run the command again (请重新运行).\n"


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
