"""Resources of an estimate as people read them: instances of one block that cost the same are one line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from costlint.model import Component, Estimate, Money, Resource, StackResult, total

_LAST_INDEX = re.compile(r'\[(?:"(?:\\.|[^"\\])*"|[^\[\]"]*)\]$')


class Lump(NamedTuple):
    """`copies` resources of a block with the same bill. `name` is the address within its module."""

    name: str
    module: str
    resource: Resource
    copies: int
    estimate: Estimate

    @property
    def monthly(self) -> Money:
        """USD a month of all of them."""
        return self.estimate.monthly.times(self.copies)

    @property
    def allocated(self) -> Money:
        """USD a month they take up of what others are billed for."""
        return self.estimate.allocated.times(self.copies)

    @property
    def size(self) -> float:
        """What they are ranked by: the likely USD a month, whoever is billed."""
        return self.monthly.likely + self.allocated.likely


def lumps(result: StackResult) -> list[Lump]:
    """Every resource of a stack that has a price, dearest first."""
    found: dict[tuple[str, tuple[Component, ...]], list[Resource]] = {}
    for resource in result.stack.resources:
        estimate = result.estimates.get(resource.address)
        if estimate is not None and estimate.components:
            block = _LAST_INDEX.sub("", resource.address)
            found.setdefault((block, estimate.components), []).append(resource)
    listed = [_lump(result, block, alike) for (block, _), alike in found.items()]
    return sorted(listed, key=lambda lump: (-lump.size, lump.module, lump.name))


def worth(listed: Iterable[Lump]) -> float:
    """The likely USD a month of the lumps together."""
    return total(lump.monthly for lump in listed).likely


def assumed(component: Component) -> bool:
    """True if the amount rests on an assumption or on an inferred price."""
    return component.inferred or bool(component.assumptions)


def _lump(result: StackResult, block: str, alike: list[Resource]) -> Lump:
    first = alike[0]
    address = first.address if len(alike) == 1 else f"{block}[*]"
    prefix = f"{first.module}."
    name = address[len(prefix) :] if first.module and address.startswith(prefix) else address
    return Lump(name, first.module, first, len(alike), result.estimates[first.address])
