"""Write the part of the demo county that the repository keeps: ``python -m geoenforce.demo data``."""

import sys
from pathlib import Path

from geoenforce.demo import DEFAULT_SEED
from geoenforce.demo.reference import write_reference_data

if __name__ == "__main__":
    write_reference_data(Path(sys.argv[1] if len(sys.argv) > 1 else "data"), DEFAULT_SEED)
