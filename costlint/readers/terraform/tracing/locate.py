"""Where a resource's value was written: from the attribute back to the literal a person edits.

The way leads through variables into the caller's file or a tfvars file, through locals, outputs, other resources'
attributes, and through the expressions in between (`tracing.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from costlint.model import Location, Origin, Path
from costlint.readers.terraform.evaluation.expand import Key
from costlint.readers.terraform.files import known_as
from costlint.readers.terraform.tracing.adapted import seen_by_caller
from costlint.readers.terraform.tracing.steps import Step
from costlint.readers.terraform.tracing.walk import Tracer

if TYPE_CHECKING:
    from costlint.readers.terraform.resources import ResourceBlock


class BlockLocator:
    """Finds where the values of one instance (or of all, when they are alike) were written."""

    __slots__ = ("block", "key")

    def __init__(self, block: ResourceBlock, key: Key) -> None:
        self.block = block
        self.key = key

    def locate(self, path: Path) -> Location:
        """The literal behind the value at `path`; for an absent attribute the header of its block, not exact."""
        block, reading = self.block, self.block.module.reading
        tracer = Tracer(reading)
        place = tracer.resource(block, self.key, path)
        span = reading.span(place.file, place.start, place.end)
        name = f"{known_as(place.file)}: {tracer.name}"
        before = tuple(self._origin(step) for step in tracer.steps[:-1])
        found = Location(span, (*before, Origin(span, tracer.steps[-1].what)), place.exact, name)
        return seen_by_caller(found, place, tracer.steps, block.module)

    def _origin(self, step: Step) -> Origin:
        return Origin(self.block.module.reading.span(step.file, step.start, step.end), step.what)
