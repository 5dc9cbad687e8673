"""Finds in what was written the part that stands for a part of what was rendered: items of lists go by their names."""

from __future__ import annotations

from costlint.model.values import Path

_KEYS = {
    "ports": ("containerPort", "port", "name"),
    "volumeMounts": ("mountPath",),
    "volumeDevices": ("devicePath",),
    "topologySpreadConstraints": ("topologyKey",),
    "hostAliases": ("ip",),
    "ownerReferences": ("uid",),
    "conditions": ("type",),
}
"""What tells the items of a list apart where that is not their name: the patchMergeKey of the Kubernetes API."""


def aligned(rendered: object, path: Path, written: object) -> Path | None:
    """The path in `written` of what stands at `path` in `rendered`, None if it is not there."""
    found: list[str | int] = []
    field: str | int = ""
    for step in path:
        if isinstance(rendered, dict) and isinstance(written, dict):
            if step not in written or step not in rendered:
                return None
            found.append(step)
        elif isinstance(rendered, list) and isinstance(written, list) and isinstance(step, int):
            if not -len(rendered) <= step < len(rendered):
                return None
            index = same_item(rendered, step, written, str(field))
            if index is None:
                return None
            found.append(index)
            rendered, written, field = rendered[step], written[index], step
            continue
        else:
            return None
        rendered, written, field = rendered[step], written[step], step
    return tuple(found)


def same_item(rendered: list[object], step: int, written: list[object], field: str) -> int | None:
    """Which item of a written list became an item of a rendered one, None if none did for certain."""
    item = rendered[step]
    if not isinstance(item, dict):
        places = [index for index, other in enumerate(written) if equal(other, item)]
        return places[0] if len(places) == 1 else step if step in places else None
    for key in _KEYS.get(field, ("name",)):
        if item.get(key) is None:
            continue
        places = [i for i, other in enumerate(written) if isinstance(other, dict) and equal(other.get(key), item[key])]
        if len(places) == 1:
            return places[0]
        if places:
            before = [i for i, other in enumerate(rendered) if isinstance(other, dict) and other.get(key) == item[key]]
            return places[before.index(step)] if len(before) == len(places) else None
        return None
    return step if len(rendered) == len(written) else None


def at(value: object, path: Path) -> object:
    """The value at a path that is there."""
    for step in path:
        if isinstance(value, list) and isinstance(step, int):
            value = value[step]
        else:
            assert isinstance(value, dict)
            value = value[step]
    return value


def equal(one: object, other: object) -> bool:
    """Whether two values are the same to YAML: `1` is not `true`."""
    if isinstance(one, bool) is not isinstance(other, bool):
        return False
    return one == other
