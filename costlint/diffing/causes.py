"""Why a resource costs something else: the attributes that move its price when they are put back.

Each value that differs, of the resource itself or of one its price was worked out from (the launch template of a
group), is set to what it was, and the resource is priced again: what changes nothing is no cause.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from msgspec.structs import replace

from costlint.diffing.contents import Leaf, differing
from costlint.diffing.pairing import Pair
from costlint.diffing.snapshots import Priced
from costlint.diffing.telling import plain
from costlint.graph import View
from costlint.model import Estimate, Location, Patch, Path, RemoveValue, Resource, SetValue, Span, Stack
from costlint.model.differences import AttributeChange
from costlint.model.values import path_text

Price = Callable[[View, Iterable[str]], Mapping[str, Estimate]]
_MOST_CONSULTED = 12
_MOST_TRIES = 50_000


class Causes:
    """The causes in one stack, as it is now. `pairs` are its resources on both sides. After many thousand tries nothing
    more is found: nobody reads on so far."""

    def __init__(self, stack: Stack, pairs: Iterable[Pair], price: Price) -> None:
        self._stack = stack
        self._view = View(stack)
        self._supposed: View | None = None
        self._price = price
        self._pairs = {pair.after.address: pair for pair in pairs if pair.after is not None}
        self._tries = 0
        self._known: dict[object, tuple[AttributeChange, ...]] = {}

    def of(self, pair: Pair) -> tuple[AttributeChange, ...]:
        """What moved the price of a resource that is on both sides; empty if that is not to be told."""
        before, after, _ = pair
        if before is None or after is None or before.resource is None or after.resource is None:
            return ()
        near = [self._pairs[address] for address in sorted(after.consulted) if address in self._pairs]
        key = (id(before.resource.attributes), id(after.resource.attributes), tuple(map(id, near)), before.lines)
        if key not in self._known:
            self._known[key] = tuple(self._found(pair, near))
        return self._known[key]

    def _found(self, pair: Pair, near: list[Pair]) -> Iterable[AttributeChange]:
        before, after, _ = pair
        assert before is not None
        assert after is not None
        if before.region != after.region:
            yield AttributeChange("region", before.region, after.region)
        view = self._view if after.resource is None or after.resource.exists is True else self._supposing()
        now = _bill(self._price(view, [after.address]).get(after.address))
        for other in [pair, *[one for one in near if one is not pair][:_MOST_CONSULTED]]:
            for leaf in _told(_leaves(other)):
                assert other.after is not None
                if self._moves(view, after.address, other.after, leaf, now):
                    name = "" if other is pair else other.after.address
                    file, line = _place(other.after, leaf, self._stack.outside)
                    yield AttributeChange(
                        _named(leaf.path), plain(leaf.before), plain(leaf.after), name, file=file, line=line
                    )

    def _supposing(self) -> View:
        """The stack as if everything existed that may: what an attribute does to a price can be told all the same."""
        if self._supposed is None:
            there = [replace(one, exists=True) for one in self._stack.resources]
            self._supposed = View(replace(self._stack, resources=there))
        return self._supposed

    def _moves(self, view: View, address: str, edited: Priced, leaf: Leaf, now: object) -> bool:
        """Whether the price of a resource is another one if this value is what it was."""
        self._tries += 1
        if self._tries > _MOST_TRIES:
            return False
        value = leaf.before
        edit = RemoveValue(edited.address, leaf.path) if value is None else SetValue(edited.address, leaf.path, value)
        try:
            then = self._price(view.patched(Patch((edit,))), [address])
        except (KeyError, ValueError):
            return False
        return _bill(then.get(address)) != now


def _place(one: Priced, leaf: Leaf, outside: Collection[str]) -> tuple[str, int]:
    """Where the value after is written: the literal, however far it came, or what a person would edit in place of one.
    What only the header of the resource stands for has no place."""
    if one.resource is None or leaf.after is None:
        return "", 0
    locate = one.resource.locator.locate
    found = locate(leaf.path)
    if found is None:
        return "", 0
    if not found.exact and (found.span.file in outside or _is_header(found.span, locate(()))):
        return "", 0
    return found.span.file, found.span.line


def _is_header(span: Span, header: Location | None) -> bool:
    return header is not None and span == header.span


def _leaves(pair: Pair) -> list[Leaf]:
    before, after, _ = pair
    if before is None or after is None or before.resource is None or after.resource is None:
        return []
    return [
        _with_defaults(leaf, before.resource)
        for leaf in differing(before.resource.attributes, after.resource.attributes)
    ]


def _with_defaults(leaf: Leaf, resource: Resource) -> Leaf:
    """A value nobody wrote is the provider's default."""
    default = resource.defaults.get(_named(leaf.path))
    if leaf.before is None:
        return leaf._replace(before=default)
    return leaf._replace(after=default) if leaf.after is None else leaf


def _told(leaves: list[Leaf]) -> list[Leaf]:
    return [leaf for leaf in leaves if leaf.before is not leaf.after]


def _named(path: Path) -> str:
    """A path as people write it: a single block has no number."""
    return path_text(step for at, step in enumerate(path) if not (step == 0 and isinstance(step, int) and at))


def _bill(estimate: Estimate | None) -> object:
    """What an estimate says, in a form that differs if anything about the money does."""
    if estimate is None:
        return None
    return [(part.name, part.unit_price, part.quantity) for part in estimate.components], estimate.unpriced
