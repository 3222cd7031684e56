"""The command line as tests call it."""

from typer.testing import CliRunner

from geoenforce.cli import app
from geoenforce.core.errors import GeoenforceError


def call(*words, code=0):
    """Return what a command prints, with its usage where it was used wrongly; an error of the input is raised."""
    done = CliRunner().invoke(app, [str(word) for word in words])
    if isinstance(done.exception, GeoenforceError):
        raise done.exception
    assert done.exit_code == code, done.output
    return done.output if code == 2 else done.stdout
