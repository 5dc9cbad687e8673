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
from costlint.readers.terraform.tracing.steps import Place
from costlint.readers.terraform.tracing.walk import Tracer

if TYPE_CHECKING:
    from costlint.readers.terraform.module_calls import ModuleCall
    from costlint.readers.terraform.modules import ModuleInstance
    from costlint.readers.terraform.resources import ResourceBlock


class BlockLocator:
    """Finds where the values of one instance (or of all, when they are alike) were written."""

    __slots__ = ("block", "key")

    def __init__(self, block: ResourceBlock, key: Key) -> None:
        self.block = block
        self.key = key

    def locate(self, path: Path) -> Location:
        """The literal behind the value at `path`; for an absent attribute the header of its block, not exact."""
        tracer = Tracer(self.block.module.reading)
        return _location(tracer, tracer.resource(self.block, self.key, path), self.block.module)


class CallLocator:
    """Finds where the `count` or `for_each` of a module call was written."""

    __slots__ = ("call",)

    def __init__(self, call: ModuleCall) -> None:
        self.call = call

    def locate(self, path: Path) -> Location:
        """The literal behind the meta-argument `path` begins with; for an absent one the header, not exact."""
        tracer = Tracer(self.call.module.reading)
        return _location(tracer, tracer.repeated_call(self.call, path), self.call.module)


def _location(tracer: Tracer, place: Place, module: ModuleInstance) -> Location:
    reading = tracer.reading
    steps = [(reading.span(step.file, step.start, step.end), step.what) for step in tracer.steps]
    span = reading.span(place.file, place.start, place.end)
    chain = (*(Origin(*step) for step in steps[:-1]), Origin(span, steps[-1][1]))
    found = Location(span, chain, place.exact, f"{known_as(place.file)}: {tracer.name}")
    return seen_by_caller(found, place, tracer.steps, module)
