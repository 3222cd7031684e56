"""Where the tables of an overlay may go."""

from pathlib import Path

from geoenforce.core.errors import InputError
from geoenforce.outputs.one_table import writer_of
from geoenforce.shortcuts.overlays import Layers


def refuse_places(layers: Layers, areas: Path | None, pieces: Path | None, by_code: Path | None) -> None:
    """
    Refuse, before anything is read, a place that no table can be written to, or where a delivered file stands.

    Raises
    ------
    InputError
        If a suffix is none that can be written, two tables have one place, or a place is that of an input.

    Examples
    --------
    >>> refuse_places(Layers("wf.gpkg", "jbnt.shp", "dltb.gdb"), Path("wf.gpkg"), None, None)
    Traceback (most recent call last):
    geoenforce.core.errors.InputError: wf.gpkg is one of the files to be read; it would be lost. Name another output.
    """
    given = (layers.patches, layers.basic_farmland, layers.cultivated, layers.approvals)
    taken = {Path(place.partition("|layername=")[0]).resolve() for place in given if place}
    written: set[Path] = set()
    for path, with_shapes in ((areas, True), (pieces, True), (by_code, False)):
        if path is None:
            continue
        writer_of(path, with_shapes=with_shapes)
        if path.resolve() in taken:
            message = f"{path} is one of the files to be read; it would be lost. Name another output."
            raise InputError(message)
        if path.resolve() in written:
            message = f"{path} is named for two tables. Give each a file of its own."
            raise InputError(message)
        written.add(path.resolve())
