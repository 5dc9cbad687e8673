"""Node pools, whatever declares them, in one description: which machines, how many, with which labels and taints."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from costlint.catalog import Catalog
from costlint.clusters.machines import Machine, accelerator_named
from costlint.model import UNKNOWN, PartialMap, Resource, Unknown, is_unknown, lookup, parse_path, sources_of

Value: TypeAlias = object
"""A plain value, None where nothing says, an Unknown where it cannot be told before deployment."""


class Taint(NamedTuple):
    """What keeps pods off a node."""

    key: Value
    value: Value
    effect: Value


class Requirement(NamedTuple):
    """A condition on a node label, as in node affinity: `In`, `NotIn`, `Exists`, `DoesNotExist`, `Gt`, `Lt`."""

    key: str
    operator: str
    values: Value


class Pool(NamedTuple):
    """Nodes that are alike; or, with `requirements`, nodes a provisioner picks freely among those that meet them.

    `machine` is UNKNOWN where it cannot be told. `least`, `now` and `most` count nodes over all zones. `labels` are
    what its nodes carry as far as it is declared or set by the provider for the pool; where they are not `complete`,
    or `taints` is None, more may be set at the start of a node. `billed`: the resource at `address` is billed for its
    nodes.
    """

    address: str
    name: Value
    provider: str
    region: str
    machine: Machine | Unknown | None
    labels: Mapping[str, Value]
    taints: tuple[Taint, ...] | None = ()
    least: Value = None
    now: Value = None
    most: Value = None
    spot: Value = False
    billed: bool = True
    requirements: tuple[Requirement, ...] = ()
    complete: bool = True

    @property
    def scales(self) -> bool:
        """True if its nodes come and go with the pods."""
        if not self.billed:
            return True
        least, most = self.least, self.most
        return isinstance(least, (int, float)) and isinstance(most, (int, float)) and least < most


class Neighbours:
    """Finds the resources a value was read from, and the figures of the field in the catalog."""

    def __init__(self, resources: Mapping[str, Resource], catalog: Catalog) -> None:
        self._by_address = resources
        self.catalog = catalog

    def __call__(self, value: object, *types: str) -> Resource | None:
        for source in sources_of(value):
            found = self._by_address.get(source.address)
            if found is not None and found.type in types:
                return found
        return None


Reader: TypeAlias = Callable[[Resource, Neighbours], Iterator[Pool]]
READERS: dict[str, Reader] = {}
"""What reads the pools of each resource type."""


def declares(*types: str) -> Callable[[Reader], Reader]:
    """Register the decorated function as what reads the pools of these resource types."""

    def register(reader: Reader) -> Reader:
        READERS.update(dict.fromkeys(types, reader))
        return reader

    return register


def mapping(value: object) -> Mapping[str, Value]:
    """A map as it is; nothing where there is none or it cannot be told."""
    return value if isinstance(value, dict) else {}


def is_whole(value: object) -> bool:
    """True unless a map, or part of it, is not known."""
    return not isinstance(value, (Unknown, PartialMap))


def items(value: object) -> list[Mapping[str, Value]]:
    """The maps of a list (or of a single block); [] where there are none or they cannot be told."""
    found = [value] if isinstance(value, dict) else value if isinstance(value, list) else []
    return [one for one in found if isinstance(one, dict)]


def at(value: object, path: str) -> Value:
    """What a nested value holds at a dotted path."""
    return lookup(value, parse_path(path))


def machine_of(name: Value, accelerator: Value = None, count: Value = None) -> Machine | Unknown | None:
    """The machine of this name, with accelerators attached (by the name Google gives them) if there are any."""
    if name is None or isinstance(name, Unknown):
        return name
    if accelerator is None:
        return Machine(str(name))
    if is_unknown(accelerator) or is_unknown(count) or not isinstance(count, (int, float, str, type(None))):
        return UNKNOWN
    model = accelerator_named("cloud.google.com/gke-accelerator", str(accelerator).rpartition("/")[2])
    return Machine(str(name), model or str(accelerator), float(count or 1))
