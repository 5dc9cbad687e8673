"""Which pods a resource makes, how many, and where that is written: one table for every kind of workload."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Literal, NamedTuple, cast

from costlint.catalog.tables import DATA, records
from costlint.model import PartialList, PartialMap, Path, Resource, Unknown, lookup, parse_path

Nature = Literal["service", "batch", "node", "notebook"]
Form = Literal["template", "spec", "container"]
_NOTHING: Mapping[str, object] = {}
_INT32 = 1 << 31
"""What Kubernetes counts pods in."""


class Kind(NamedTuple):
    """A row of the table: where one sort of pods of a type is described. Paths are relative to the resource, or to
    each element of the list or map at `each`."""

    role: str
    each: Path
    pods: tuple[Path, ...]
    form: Form
    replicas: Path
    default: int
    minimum: tuple[Path, ...]
    maximum: tuple[Path, ...]
    times: Path
    less: int
    nature: Nature
    switch: Path


class Count(NamedTuple):
    """A number a workload states: its value (an Unknown if it cannot be told, None if it says nothing) and the path at
    which it is, or would be, written (() if nowhere)."""

    value: object
    path: Path


class PodGroup(NamedTuple):
    """Pods that are alike. `spec` is their pod spec, found at `path` of the resource; `labels` are the template's.

    `replicas` is how many there are as written or by default; with an autoscaler of the workload's own, `minimum` and
    `maximum` bound it, and unless `scales` the number stays as written within them. Each of them stands for `times`
    pods (the workers of a group, the hosts of a slice).
    """

    role: str
    spec: Mapping[str, object]
    path: Path
    labels: Mapping[str, object]
    replicas: Count
    minimum: Count
    maximum: Count
    times: object
    nature: Nature
    scales: object = True

    @property
    def containers(self) -> list[tuple[Path, Mapping[str, object]]]:
        """The containers that run all the time, with their paths in the resource; init containers are left out, but
        those that keep running beside the others (`restartPolicy: Always`) are not."""
        found = [*self._listed("containers")]
        found += [(path, one) for path, one in self._listed("initContainers") if one.get("restartPolicy") == "Always"]
        for name in ("model", *_FRAMEWORKS):
            one = self.spec.get(name)
            if isinstance(one, dict):
                found.append(((*self.path, name), one))
        return found or (
            [(self.path, self.spec)] if "resources" in self.spec or "resourcesPerNode" in self.spec else []
        )

    def _listed(self, name: str) -> Iterator[tuple[Path, Mapping[str, object]]]:
        items = self.spec.get(name)
        for index, item in enumerate(items if isinstance(items, list) else ()):
            if isinstance(item, dict):
                yield (*self.path, name, index), item


_FRAMEWORKS = ("huggingface", "pytorch", "tensorflow", "triton", "onnx", "sklearn", "xgboost", "lightgbm", "paddle")


def is_workload(type_: str) -> bool:
    """True for types that make pods."""
    return type_ in _table()


def workload_types() -> frozenset[str]:
    """Every type that makes pods."""
    return frozenset(_table())


def pod_groups(resource: Resource) -> list[PodGroup]:
    """The pods of a workload by role; [] for anything else, and for parts it leaves out."""
    return [
        group._replace(scales=_scales(resource, kind)) if kind.switch else group
        for kind in _table().get(resource.type, ())
        for group in _groups(resource, kind)
    ]


def _groups(resource: Resource, kind: Kind) -> Iterator[PodGroup]:
    if not kind.each:
        group = _group(resource.attributes, (), kind, kind.role)
        if group is not None:
            yield group
        return
    elements = lookup(resource.attributes, kind.each)
    if isinstance(elements, list) and not isinstance(elements, PartialList):
        for index, element in enumerate(elements):
            yield from filter(None, [_group(element, (*kind.each, index), kind, _role(element) or kind.role)])
    elif isinstance(elements, dict) and not isinstance(elements, PartialMap):
        for key, element in elements.items():
            yield from filter(None, [_group(element, (*kind.each, key), kind, str(key).lower())])


def _role(element: object) -> str:
    """What an element of a list calls its pods, "" where it does not, or that is not known."""
    named = (element.get(key) for key in ("groupName", "name")) if isinstance(element, dict) else ()
    return next((name for name in named if isinstance(name, str) and name), "")


def _group(holder: object, at: Path, kind: Kind, role: str) -> PodGroup | None:
    for path in kind.pods:
        found = lookup(holder, path)
        if isinstance(found, dict):
            break
    else:
        return None
    spec, below = found, path
    if kind.form == "template":
        inner = found.get("spec")
        if not isinstance(inner, dict):
            return None
        spec, below = inner, (*path, "spec")
    metadata = found.get("metadata")
    labels = metadata.get("labels") if isinstance(metadata, dict) else None

    def count(path: Path, default: object = None) -> Count:
        if not path:
            return Count(default, ())
        value = lookup(holder, path)
        return Count(default if value is None else value, (*at, *path))

    def first(paths: tuple[Path, ...]) -> Count:
        written = (one for one in map(count, paths) if one.value is not None)
        return next(written, count(paths[0]))

    return PodGroup(
        role=role,
        spec=spec,
        path=(*at, *below),
        labels=labels if isinstance(labels, dict) else _NOTHING,
        replicas=count(kind.replicas, kind.default),
        minimum=first(kind.minimum),
        maximum=first(kind.maximum),
        times=_times(holder, kind),
        nature=kind.nature,
    )


def _scales(resource: Resource, kind: Kind) -> object:
    """Whether what moves the number between its bounds is on; an Unknown if that cannot be told."""
    value = lookup(resource.attributes, kind.switch)
    return value if isinstance(value, Unknown) else value is True


def _times(holder: object, kind: Kind) -> object:
    if not kind.times:
        return 1
    value = lookup(holder, kind.times)
    if isinstance(value, Unknown):
        return value
    if value is None:
        return 1 if not kind.less else 0
    return max(0, int(value) - kind.less) if isinstance(value, (int, float)) and abs(value) < _INT32 else Unknown()


@cache
def _table() -> Mapping[str, tuple[Kind, ...]]:
    found: dict[str, tuple[Kind, ...]] = {}
    for row in records(DATA / "kubernetes" / "workloads.csv"):
        kind = Kind(
            role=row["role"],
            each=parse_path(row["each"]),
            pods=tuple(map(parse_path, row["pods"].split("|"))),
            form=cast("Form", row["form"]),
            replicas=parse_path(row["replicas"]),
            default=int(row["default"]),
            minimum=tuple(map(parse_path, row["minimum"].split("|"))),
            maximum=tuple(map(parse_path, row["maximum"].split("|"))),
            times=parse_path(row["times"]),
            less=int(row["less"]),
            nature=cast("Nature", row["nature"]),
            switch=parse_path(row["switch"]),
        )
        found[row["type"]] = (*found.get(row["type"], ()), kind)
    return found
