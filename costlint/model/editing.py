"""Edits applied to evaluated attributes: always a copy, sharing every part that is not touched."""

from __future__ import annotations

from collections.abc import Mapping

from costlint.model.patches import AddBlock, AddResource, Edit, RemoveValue, SetValue
from costlint.model.resources import Resource
from costlint.model.values import Path

_TAG_ATTRIBUTES = ("tags", "labels")


def edited(resource: Resource, edit: Edit) -> Resource:
    """The resource with one attribute edit applied; its effective tags follow edits of its own tags."""
    attributes: object = resource.attributes
    if isinstance(edit, SetValue):
        attributes = put(attributes, edit.path, edit.value)
    elif isinstance(edit, AddBlock):
        attributes = append(attributes, edit.path, dict(edit.value))
    elif isinstance(edit, RemoveValue):
        attributes = drop(attributes, edit.path)
    if not isinstance(attributes, dict):
        raise ValueError(f"{resource.address}: the edit leaves no attributes")
    path = () if isinstance(edit, AddResource) else getattr(edit, "path", ())
    tags = _retagged(resource, attributes, path) if path and path[0] in _TAG_ATTRIBUTES else resource.tags
    return resource.having(attributes, tags)


def sibling(beside: Resource, edit: AddResource) -> Resource:
    """The resource an edit adds: in the module, region and environment of the one it stands beside."""
    return Resource(
        address=edit.address,
        type=edit.type,
        provider=beside.provider,
        attributes=dict(edit.attributes),
        span=beside.span,
        region=beside.region,
        environment=beside.environment,
        tags=beside.tags,
        name=edit.address.rpartition(".")[2],
        module=beside.module,
    )


def put(value: object, path: Path, new: object) -> object:
    """A copy of `value` with `new` at `path`; missing blocks on the way are created."""
    if not path:
        return new
    step, rest = path[0], path[1:]
    if value is None and isinstance(step, int):
        return [put(None, rest, new)]
    if isinstance(value, list):
        index = step if isinstance(step, int) else 0
        remaining = rest if isinstance(step, int) else path
        copy = list(value)
        if index < len(copy):
            copy[index] = put(copy[index], remaining, new)
        else:
            copy.append(put(None, remaining, new))
        return type(value)(copy)
    mapping = type(value)(value) if isinstance(value, dict) else {}
    if rest and mapping.get(step) is None and isinstance(rest[0], str):
        mapping[step] = [put({}, rest, new)]
    else:
        mapping[step] = put(mapping.get(step), rest, new)
    return mapping


def append(value: object, path: Path, block: dict[str, object]) -> object:
    """A copy of `value` with one more block at `path`."""
    if not path:
        if isinstance(value, list):
            return type(value)([*value, block])
        return [block] if value is None else [value, block]
    step, rest = path[0], path[1:]
    if isinstance(value, list):
        index = step if isinstance(step, int) else 0
        remaining = rest if isinstance(step, int) else path
        copy = list(value) or [{}]
        copy[index] = append(copy[index], remaining, block)
        return type(value)(copy)
    mapping = type(value)(value) if isinstance(value, dict) else {}
    mapping[step] = append(mapping.get(step), rest, block)
    return mapping


def drop(value: object, path: Path) -> object:
    """A copy of `value` without what stands at `path`."""
    if not path:
        return None
    step, rest = path[0], path[1:]
    if isinstance(value, list):
        copy = list(value)
        index = step if isinstance(step, int) else 0
        remaining = rest if isinstance(step, int) else path
        if not remaining:
            del copy[index : index + 1]
        elif index < len(copy):
            copy[index] = drop(copy[index], remaining)
        return type(value)(copy)
    if isinstance(value, dict):
        mapping = type(value)(value)
        if not rest:
            mapping.pop(step, None)
        elif step in mapping:
            mapping[step] = drop(mapping[step], rest)
        return mapping
    return value


def _retagged(resource: Resource, attributes: Mapping[str, object], path: Path) -> Mapping[str, object]:
    before, after = resource.attributes.get(str(path[0])), attributes.get(str(path[0]))
    tags = resource.tags
    merged = type(tags)(tags) if isinstance(tags, dict) else dict(tags)
    if isinstance(before, dict):
        for key in before:
            if not isinstance(after, dict) or key not in after:
                merged.pop(key, None)
    if isinstance(after, dict):
        merged.update(after)
    return merged
