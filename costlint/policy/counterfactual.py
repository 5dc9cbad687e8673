"""What a patch saves: the stack as it stands against the stack with the patch, priced by the same estimators."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct

from costlint.graph import Draft, View
from costlint.model import (
    ZERO,
    AddResource,
    Component,
    Estimate,
    Money,
    Patch,
    Rebill,
    RemoveResource,
    total,
)
from costlint.model.spending import Spend, spend
from costlint.policy.subject import Pricer

_CENT = 0.005
_NOBODY: Mapping[str, None] = {}


class Outcome(Struct, frozen=True):
    """Current and proposed cost of everything a patch affects (USD/month), and how sure that is.

    `before` and `estimates` are the affected resources' as written and with the patch (gone ones left out). `moved` is
    usage cost of removed resources that goes on elsewhere (`moved_listed` at list prices); it is part of `proposed`.
    `unpriced` says why the saving cannot be told. `freed` is the part of the saving that others are billed for, by whom
    (a pod's share of its node pool): they count in `current` and `proposed`, unless the patch changes the bill of that
    pool itself.
    """

    estimates: Mapping[str, Estimate]
    affected: tuple[str, ...]
    current: Money
    proposed: Money
    moved: Money
    unpriced: tuple[str, ...]
    unpriced_beside: tuple[str, ...]
    before: Mapping[str, Estimate]
    moved_listed: Money = ZERO
    freed: Mapping[str, Money] = {}

    @property
    def saving(self) -> Money:
        return self.current.minus(self.proposed)

    @property
    def billed(self) -> Money:
        """The part of the saving that is on the bill of what the patch changes."""
        before = total(estimate.monthly for estimate in self.before.values())
        after = total(estimate.monthly for estimate in self.estimates.values())
        return before.minus(after + self.moved)

    @property
    def list_saving(self) -> Money:
        """What the patch saves at list prices (USD/month)."""
        after = total(estimate.listed for estimate in self.estimates.values()) + self.moved_listed
        freed = [_taken(each.values(), self.freed, listed=True) for each in (self.before, self.estimates)]
        return (total(estimate.listed for estimate in self.before.values()) + freed[0]).minus(after + freed[1])

    @property
    def change_of_spend(self) -> Spend:
        """What the patch does to spend, as commitments see it."""
        after = spend(self.estimates.values()).plus(Spend(rest=self.moved))
        return after.plus(spend(self.before.values()), -1)

    @property
    def doubts(self) -> tuple[str, ...]:
        """Why the saving cannot be told: what has no price on one side, or on both where nothing else differs."""
        return self.unpriced or (() if self.saving.likely else self.unpriced_beside)

    def basis(self) -> list[Component]:
        """The components the saving rests on. What only moves between resources under one name cancels out; shares of
        a pool whose own bill changes are part of that."""
        return [
            part
            for part in _basis(self.before.values(), self.estimates.values())
            if not part.allocated or part.allocated in self.freed
        ]

    @property
    def rebilled(self) -> tuple[Rebill, ...]:
        """The bills that differ with the patch, resource by resource."""
        pairs = ((address, self.before.get(address), self.estimates.get(address)) for address in self.affected)
        return tuple(Rebill(*pair) for pair in pairs if _lines(pair[1]) != _lines(pair[2]))

    @property
    def pays(self) -> bool:
        """True if the patch saves at least a cent a month."""
        return self.saving.likely > _CENT


class Consulted:
    """Which estimates were computed from which other resources."""

    def __init__(self, estimates: Mapping[str, Estimate]) -> None:
        self._by: dict[str, dict[str, None]] = {}
        self.add(estimates)

    def add(self, estimates: Mapping[str, Estimate]) -> None:
        """Note what further estimates looked at."""
        for address, estimate in estimates.items():
            for other in estimate.consulted:
                self._by.setdefault(other, {})[address] = None

    def by(self, address: str) -> Mapping[str, None]:
        """Addresses whose estimate looked at this one, in order."""
        return self._by.get(address, _NOBODY)


def counterfactual(
    patch: Patch,
    view: View,
    estimates: Mapping[str, Estimate],
    consulted: Consulted,
    price: Pricer,
    *,
    usage_moves: bool = False,
) -> Outcome:
    """Price a patch. Raises KeyError if it edits a resource that is not in the view."""
    patched = view.patched(patch)
    affected = _affected(patch, view, patched, consulted)
    before = {address: estimates[address] for address in affected if address in estimates}
    after = price(patched, [address for address in affected if address in patched.resources])
    moved = moved_listed = ZERO
    if usage_moves:
        gone = [edit.address for edit in patch.edits if isinstance(edit, RemoveResource)]
        parts = [part for address in gone if address in estimates for part in estimates[address].components]
        moved = total(part.monthly for part in parts if part.usage)
        moved_listed = total(part.listed for part in parts if part.usage)
    missing, beside = _unpriced(before.values(), after.values())
    freed = _freed(before, after)
    return Outcome(
        estimates=after,
        affected=affected,
        current=total(estimate.monthly for estimate in before.values()) + _taken(before.values(), freed),
        proposed=total(estimate.monthly for estimate in after.values()) + _taken(after.values(), freed) + moved,
        moved=moved,
        unpriced=missing,
        unpriced_beside=beside,
        before=before,
        moved_listed=moved_listed,
        freed=freed,
    )


def _freed(before: Mapping[str, Estimate], after: Mapping[str, Estimate]) -> dict[str, Money]:
    """What a patch frees of each pool others are billed for (less than nothing where it takes up more). Where the bill
    of the pool itself changes, that is the saving, and a share of it would count twice."""
    shares: dict[str, list[Money]] = {}
    for side, estimates in enumerate((before.values(), after.values())):
        for estimate in estimates:
            for component in estimate.components:
                if component.allocated:
                    sums = shares.setdefault(component.allocated, [ZERO, ZERO])
                    sums[side] += component.monthly
    kept: dict[str, Money] = {}
    for pool, (old, new) in shares.items():
        owner = before.get(pool)
        changed = owner is not None and (pool not in after or after[pool].monthly != owner.monthly)
        if not changed:
            kept[pool] = old.minus(new)
    return kept


def _taken(estimates: Iterable[Estimate], pools: Mapping[str, Money], *, listed: bool = False) -> Money:
    parts = (part for estimate in estimates for part in estimate.components if part.allocated in pools)
    return total(part.listed if listed else part.monthly for part in parts)


def _lines(estimate: Estimate | None) -> object:
    return () if estimate is None else (estimate.components, estimate.unpriced)


def edited_kinds(patch: Patch, view: View) -> set[str]:
    """`type.*` for every type a patch edits: what estimates that look at all resources of a type consulted."""
    kinds = set()
    for edit in patch.edits:
        resource = None if isinstance(edit, AddResource) else view.get(edit.address)
        kinds.add(edit.type if isinstance(edit, AddResource) else resource.type if resource else "")
    return {f"{kind}.*" for kind in kinds}


def _affected(patch: Patch, view: View, patched: Draft, consulted: Consulted) -> tuple[str, ...]:
    """The edited resources, those whose estimates looked at them, and the neighbours of added or removed ones."""
    found: dict[str, None] = {}
    for address in patch.addresses:
        found[address] = None
        found.update(consulted.by(address))
    for kind in edited_kinds(patch, view):
        found.update(consulted.by(kind))
    for edit in patch.edits:
        if isinstance(edit, (AddResource, RemoveResource)):
            where = patched if isinstance(edit, AddResource) else view
            found.update((edge.target, None) for edge in where.outgoing(edit.address))
            found.update((edge.source, None) for edge in where.incoming(edit.address))
            if isinstance(edit, AddResource):
                found.update(consulted.by(f"{edit.type}.*"))
        elif patched.relinked(edit.address) and view.outgoing(edit.address) != patched.outgoing(edit.address):
            for side in (view, patched):
                found.update((edge.target, None) for edge in side.outgoing(edit.address))
    return tuple(found)


def _unpriced(before: Collection[Estimate], after: Collection[Estimate]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Reasons that make the difference unknowable, and those that stand on both sides alike."""
    if not any(estimate.unpriced for estimate in (*before, *after)):
        return (), ()
    old = dict.fromkeys(reason for estimate in before for reason in estimate.unpriced)
    new = dict.fromkeys(reason for estimate in after for reason in estimate.unpriced)
    both = tuple(reason for reason in old if reason in new)
    only = tuple(reason for reason in (*old, *new) if (reason in old) is not (reason in new))
    return only, both


def _basis(before: Iterable[Estimate], after: Iterable[Estimate]) -> list[Component]:
    copies: dict[int, tuple[Estimate, int]] = {}
    sides: tuple[tuple[int, Iterable[Estimate]], ...] = ((1, before), (-1, after))
    for sign, estimates in sides:
        for estimate in estimates:
            copies[id(estimate)] = (estimate, copies.get(id(estimate), (estimate, 0))[1] + sign)
    balance: dict[tuple[str, str], Money] = {}
    found: dict[tuple[str, str], list[Component]] = {}
    for estimate, count in copies.values():
        for component in estimate.components:
            key = (component.name, component.sku)
            balance[key] = balance.get(key, ZERO) + component.monthly.times(count)
            found.setdefault(key, []).append(component)
    return [
        component
        for key, components in found.items()
        if max(map(abs, balance[key])) > _CENT
        for component in components
    ]
