"""The order of the stages, which nothing else knows: `whole` is the way on one page."""

from geoenforce.pipeline.patrols import Ground, PatrolInputs, assess_patrols, patrol_readers
from geoenforce.pipeline.reading import Inputs, read_inputs, readers, together
from geoenforce.pipeline.record import manifest
from geoenforce.pipeline.whole import Run, assess, run, steps

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
