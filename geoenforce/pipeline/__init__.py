"""
The order of the stages, which nothing else knows: `whole` is the way on one page.

The names are loaded when they are first used: whoever screens a site needs no maps, stores or patrols.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geoenforce.pipeline.patrol_reading import PatrolInputs, patrol_readers
    from geoenforce.pipeline.patrols import Ground, assess_patrols
    from geoenforce.pipeline.reading import Inputs, read_inputs, readers, together
    from geoenforce.pipeline.record import manifest
    from geoenforce.pipeline.whole import Run, assess, run, steps

_HOMES = {
    "patrol_reading": ("PatrolInputs", "patrol_readers"),
    "patrols": ("Ground", "assess_patrols"),
    "reading": ("Inputs", "read_inputs", "readers", "together"),
    "record": ("manifest",),
    "whole": ("Run", "assess", "run", "steps"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Ground",
    "Inputs",
    "PatrolInputs",
    "Run",
    "assess",
    "assess_patrols",
    "manifest",
    "patrol_readers",
    "read_inputs",
    "readers",
    "run",
    "steps",
    "together",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        message = f"module 'geoenforce.pipeline' has no attribute '{name}'"
        raise AttributeError(message)
    return getattr(import_module(f"geoenforce.pipeline.{_HOME_OF[name]}"), name)
