"""Where a resource's value was written: from the attribute back to the literal a person edits.

The way leads through variables into the caller's file or a tfvars file, through locals, outputs, other resources'
attributes, and through the expressions in between (`tracing.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from costlint.model import Location, Origin, Path
from costlint.readers.terraform.evaluation.expand import Key
from costlint.readers.terraform.module_calls import caller_of
from costlint.readers.terraform.tracing.steps import Place, Step
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
        if block.module.adapted:
            return self._with_the_caller(place, tracer.steps)
        span = reading.span(place.file, place.start, place.end)
        name = f"{reading.files.known_as(place.file)}: {tracer.name}"
        if len(tracer.steps) == 1:
            return Location(span, (Origin(span, tracer.steps[0].what),), place.exact, name)
        before = tuple(self._origin(step) for step in tracer.steps[:-1])
        return Location(span, (*before, Origin(span, tracer.steps[-1].what)), place.exact, name)

    def _with_the_caller(self, place: Place, steps: list[Step]) -> Location:
        """The same as far as people can edit it: the way begins where the caller is reached. What the caller leaves to
        the module stands, not exact, at the last place of the caller on the way, the call itself if there is none."""
        module = self.block.module
        adapters = module.reading.files.adapters
        chain = tuple(self._origin(step) for step in steps if not adapters.holds(step.file.path))
        if not chain:
            call = caller_of(module)
            chain = (Origin(call.header, f"module.{call.name}"),)
        exact = place.exact and not adapters.holds(place.file.path)
        return Location(chain[-1].span, chain, exact, f"{module.address}: {chain[-1].what}")

    def _origin(self, step: Step) -> Origin:
        return Origin(self.block.module.reading.span(step.file, step.start, step.end), step.what)
