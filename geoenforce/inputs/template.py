"""The folder that a new project begins with."""

from importlib import resources
from pathlib import Path

from geoenforce.core.errors import InputError
from geoenforce.inputs.ledger_template import write_ledger_template
from geoenforce.inputs.register_templates import write_register_templates


def write_template(folder: Path) -> Path:
    """
    Write a commented ``geoenforce.toml``, the folders that it speaks of, an empty patrol ledger and empty registers.

    Parameters
    ----------
    folder
        The project's folder; it may exist, but must not hold a configuration.

    Returns
    -------
    path
        The configuration, to be filled in.

    Raises
    ------
    InputError
        If there is a configuration already: nothing is overwritten.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_template(Path(folder)).name
    'geoenforce.toml'
    """
    path = folder / "geoenforce.toml"
    if path.exists():
        message = f"{path} exists already and is left as it is. Choose another folder, or move it away first."
        raise InputError(message)
    text = (resources.files("geoenforce.inputs") / "template.toml").read_text(encoding="utf-8")
    try:
        for name in ("boundaries", "basic_farmland", "parcels", "approvals", "violations", "tracks", "accountability"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        write_ledger_template(folder / "tracks" / "ledger.xlsx")
        write_register_templates(folder / "accountability")
        path.write_text(text, encoding="utf-8")
    except OSError as problem:
        message = f"{folder}: the project cannot be made there: {problem.strerror}. Choose another folder."
        raise InputError(message) from None
    return path
