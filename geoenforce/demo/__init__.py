"""
The demo county 示范县 (445299): made up from the first coordinate to the last party's name.

It lies on paper near 116.4° E 23.5° N and has what real deliveries have: parcels that tile the
county, basic farmland of an older survey, violations on every limit of Article 36, approvals that
cover them partly, files in the formats officers get, and the truth beside them.
"""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from geoenforce.demo.accountability_files import write_construction, write_registers
from geoenforce.demo.accountability_truth import write_accountability_truth
from geoenforce.demo.case_courses import all_steps
from geoenforce.demo.county import County, build_county
from geoenforce.demo.layer_files import write_approvals, write_land
from geoenforce.demo.ledger_files import write_ledger
from geoenforce.demo.patrol_truth import write_patrol_truth
from geoenforce.demo.project import write_config
from geoenforce.demo.track_files import write_tracks
from geoenforce.demo.truth import write_truth
from geoenforce.demo.violation_files import write_violations

__all__ = ["DEFAULT_SEED", "County", "build_county", "write_county", "write_files"]

DEFAULT_SEED = 20260101


def write_county(folder: Path, seed: int = DEFAULT_SEED) -> Path:
    """
    Write the demo county: input files, the ground truth, and the configuration.

    Parameters
    ----------
    folder
        Where to; it is made if it does not exist, once all files are written: an interrupted command leaves no half of
        a county. Files of an earlier county are written over.
    seed
        The same seed gives the same county, to the last coordinate.

    Returns
    -------
    config
        The path of ``geoenforce.toml``.
    """
    return write_files(build_county(seed), folder)


def write_files(county: County, folder: Path) -> Path:
    """
    Write a county that is in memory already.

    Parameters
    ----------
    county
        What `build_county` made.
    folder
        As in `write_county`.

    Returns
    -------
    config
        The path of ``geoenforce.toml``.
    """
    there = folder.is_dir()
    if not there:
        folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".partial-", dir=folder if there else folder.parent) as beside:
        whole = Path(beside, folder.name)
        whole.mkdir()
        config = _write_all(county, whole)
        if there:
            shutil.copytree(whole, folder, dirs_exist_ok=True)
        else:
            whole.rename(folder)
    return folder / config.name


def _write_all(county: County, folder: Path) -> Path:
    write_land(folder, county.ground, county.farmland)
    write_approvals(folder, county.land.approvals)
    write_violations(folder, county.violations)
    write_tracks(folder, county.patrols)
    write_ledger(folder, county.ground, county.patrols)
    write_construction(folder, county.construction)
    write_registers(folder, all_steps(county.violations))
    write_truth(folder / "truth", county.land, county.violations)
    write_patrol_truth(folder / "truth", county.patrols, county.violations)
    write_accountability_truth(folder / "truth", county.land, county.violations, county.construction)
    return write_config(folder)
