"""Where values of a module stand of which only the inputs are here: at the caller's argument.

What the caller leaves to the module stands in a place of no file: the module itself, by its name and release. The chain
leads there, so that whoever reads it can tell which argument would set it.
"""

from __future__ import annotations

from collections.abc import Sequence

from costlint.model import Location, Origin, Span
from costlint.readers.terraform.modules import ModuleInstance
from costlint.readers.terraform.tracing.steps import Place, Step


def seen_by_caller(location: Location, place: Place, steps: Sequence[Step], module: ModuleInstance) -> Location:
    """A location as people can follow it. Where the way leads through an adapter or ends in one, it is told without the
    adapter's own files: what ends there stands, not exact, at the last place on the way that is somebody's."""
    adapters = module.reading.files.adapters
    inside = [adapters.holds(step.file.path) for step in steps]
    if not any(inside):
        return location
    chain = tuple(origin for origin, hidden in zip(location.chain, inside, strict=True) if not hidden)
    if not adapters.holds(place.file.path):
        return location._replace(chain=chain)
    if chain:
        return Location(chain[-1].span, chain, False, location.name)
    release = _release(module)
    whole = Span(release, 0, 0, 0, 0)
    part = whole if location.chain[-1].span == location.span else Span(release, 1, 1, 1, 1)
    return Location(part, tuple(Origin(whole, origin.what) for origin in location.chain), location.exact, location.name)


def _release(module: ModuleInstance) -> str:
    """What stands for the files of the adapted module around an instance."""
    above: ModuleInstance | None = module
    while above is not None:
        if above.call is not None and above.call.adapter is not None:
            return above.call.adapter.release
        above = above.parent
    adapter = module.reading.adapter
    return adapter.release if adapter is not None else ""
