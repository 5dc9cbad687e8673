"""A model server told otherwise: the edits of its manifest that change how many accelerators it asks for, how it is
spread over them, in which format it loads, and which nodes it lands on.

Every rewriting is read back by the reader of model servers before it is proposed; what does not come back is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from costlint.graph import View
from costlint.model import Edit, Patch, Path, RemoveValue, Resource, SetValue, Unknown, lookup
from costlint.model.editing import edited
from costlint.sizing.server import Server
from costlint.sizing.servers import servers_of
from costlint.sizing.servers.programs import Program, program

_SPLITS = r"(?:=|\s+|\s*\\\n\s*)"
_QUOTED = r"[\"']?"


def retold(resource: Resource, view: View, server: Server, wanted: Mapping[str, object]) -> list[Edit] | None:
    """Edits after which a server says `wanted` (field → value); None if there is no place to write one of them, or it
    does not read back so."""
    current, written = resource, dict[Path, SetValue]()  # several options may stand in one text
    for field, value in wanted.items():
        now = getattr(server, field)
        if isinstance(now, Unknown):
            return None
        if now == value:
            continue
        found = list(_devices(current, server, value) if field == "gpus" else _option(current, server, field, value))
        if not found:
            return None
        for edit in found:
            current = edited(current, edit)
            written[edit.path] = edit
    edits = list[Edit](written.values())
    told = _read_back(resource, view, server, edits)
    if told is None or any(getattr(told, field) != value for field, value in wanted.items()):
        return None
    return edits


def _read_back(resource: Resource, view: View, server: Server, edits: list[Edit]) -> Server | None:
    patched = view.patched(Patch(tuple(edits)))
    found = servers_of(patched.resources[resource.address], patched)
    return next((one for one in found if one.container == server.container), None)


def _devices(resource: Resource, server: Server, count: object) -> Iterator[SetValue]:
    """The accelerators, in limits and requests alike, in the way each is written."""
    path = server.written.get("gpus", ())
    if len(path) < 3 or path[-2] not in ("limits", "requests"):
        return
    for part in ("limits", "requests"):
        at = (*path[:-2], part, path[-1])
        written = lookup(resource.attributes, at)
        if written is not None:
            yield SetValue(resource.address, at, _like(written, count))


def _like(written: object, value: object) -> object:
    """A value in the type what it replaces is written in."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value) if isinstance(written, str) else value


def _option(resource: Resource, server: Server, field: str, value: object) -> Iterator[SetValue]:
    path = server.written.get(field)
    if path is None:
        yield from _added(resource, server, field, value)
        return
    written, old = lookup(resource.attributes, path), getattr(server, field)
    if isinstance(written, (int, float)) and not isinstance(written, bool):
        yield SetValue(resource.address, path, value)
    elif isinstance(written, str):
        yield from _in_text(resource, server, path, written, field, str(old), str(value))


def _in_text(
    resource: Resource, server: Server, path: Path, written: str, field: str, old: str, new: str
) -> Iterator[SetValue]:
    if written.strip() == old:
        yield SetValue(resource.address, path, new)
        return
    for flag in _flags(server, field):
        pattern = re.compile(rf"(?<![\w-])({re.escape(flag)}{_SPLITS}{_QUOTED}){re.escape(old)}(?![\w.-])")
        if len(pattern.findall(written)) == 1:
            yield SetValue(resource.address, path, pattern.sub(rf"\g<1>{new}", written))
            return
    if field == "model" and len(re.findall(rf"(?<![\w/.-]){re.escape(old)}(?![\w/.:-])", written)) == 1:
        yield SetValue(resource.address, path, written.replace(old, new))
        return
    names = {name for pair in re.findall(r"\$\((\w+)\)|\$\{(\w+)[^}]*\}|\$(\w+)", written) for name in pair if name}
    variables = lookup(resource.attributes, (*server.container, "env"))
    for index, one in enumerate(variables if isinstance(variables, list) else ()):
        if isinstance(one, dict) and one.get("name") in names and str(one.get("value")) == old:
            yield SetValue(resource.address, (*server.container, "env", index, "value"), new)


def _added(resource: Resource, server: Server, field: str, value: object) -> Iterator[SetValue]:
    """One more flag: behind the last argument of a list, or behind the model in a text."""
    flag = next((one for one in _flags(server, field) if one.startswith("--")), None)
    if flag is None:
        return
    holder = lookup(resource.attributes, server.container)
    arguments = holder.get("args") if isinstance(holder, dict) else None
    listed = isinstance(arguments, list) and all(isinstance(one, str) for one in arguments)
    if isinstance(arguments, list) and listed and any(one.startswith("--") for one in arguments):
        yield SetValue(resource.address, (*server.container, "args", len(arguments)), f"{flag}={value}")
        return
    path = server.written.get("model", ())
    text = lookup(resource.attributes, path) if path else None
    model = str(server.model)
    if isinstance(text, str) and text.count(model) == 1 and text.strip() != model:
        place = re.compile(rf"({_QUOTED}{re.escape(model)}{_QUOTED})(?=\s|$)")
        if len(place.findall(text)) == 1:
            yield SetValue(resource.address, path, place.sub(rf"\g<1> {flag} {value}", text))


def _flags(server: Server, field: str) -> list[str]:
    """The flags of its program that say a field, longest first."""
    try:
        known: Program = program("huggingfaceserver" if server.engine == "transformers" else str(server.engine))
    except KeyError:
        return []
    return sorted((name for name, flag in known.flags.items() if flag.field == field), key=len, reverse=True)


def relabelled(resource: Resource, selector: Path, labels: Mapping[str, str | None]) -> list[Edit]:
    """Edits of a node selector; None takes a label away."""
    edits: list[Edit] = []
    for key, value in labels.items():
        at = (*selector, key)
        if value is None:
            edits.append(RemoveValue(resource.address, at))
        elif lookup(resource.attributes, at) != value:
            edits.append(SetValue(resource.address, at, value))
    return edits
