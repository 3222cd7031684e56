"""Run the command line with ``python -m geoenforce``."""

from geoenforce.cli import main

if __name__ == "__main__":
    main()
