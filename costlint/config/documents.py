"""A configuration file as plain values, and where each key stands in it."""

from __future__ import annotations

import re
from typing import Any, NamedTuple, Protocol

from costlint.model import Path

_DEEPEST = 100
_SHORT = 8_000  # characters; what is shorter cannot be nested deeply enough to do harm
_TOML_PLACE = re.compile(r"^(.*?) \(at line (\d+), column (\d+)\)$", re.DOTALL)


class UnreadableDocument(Exception):
    """The text is not YAML or TOML, with the place where that shows (0 if unknown)."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class _Places(Protocol):
    def __call__(self, path: Path) -> tuple[int, int]: ...


class Document(NamedTuple):
    """`value` is what was written; `position(path)` the line and column (from 1) of the key at a path."""

    value: object
    position: _Places


def yaml_document(text: str) -> Document:
    """Parse YAML. Raises UnreadableDocument, also for a key that is given twice."""
    import yaml

    loader_type: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        if len(text) > _SHORT:
            _refuse_nesting(yaml, text, loader_type)
        loader = loader_type(text)
        node = loader.get_single_node()
        _refuse_duplicates(node)
        value = {} if node is None else loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = (error.problem or "not valid YAML").strip()
        raise UnreadableDocument(what, mark.line + 1 if mark else 0, mark.column + 1 if mark else 0) from None
    except (ValueError, KeyError) as error:
        raise _unfit(node, loader_type) or UnreadableDocument(f"not valid YAML: {error}") from None
    except yaml.YAMLError as error:
        raise UnreadableDocument(f"not valid YAML: {str(error).splitlines()[0]}") from None
    except RecursionError:
        raise UnreadableDocument("nested too deeply") from None
    return Document({} if value is None else value, lambda path: _yaml_position(node, path))


def _unfit(root: Any, loader_type: type[Any]) -> UnreadableDocument | None:
    """The sentence for the first scalar that is not what it is written as, such as the 31st of February."""
    pending = [root]
    while pending:
        node = pending.pop()
        if isinstance(node.value, list):
            parts = [part for item in node.value for part in (item if isinstance(item, tuple) else (item,))]
            pending += reversed(parts)
            continue
        try:
            loader_type("").construct_object(node)
        except (ValueError, KeyError):
            kind = node.tag.rpartition(":")[2]
            what = "no day of the calendar; write one such as 2026-11-30" if kind == "timestamp" else f"no {kind}"
            return UnreadableDocument(f'"{node.value}" is {what}', node.start_mark.line + 1, node.start_mark.column + 1)
    return None


def toml_document(text: str) -> Document:
    """The table `tool.costlint` of a pyproject.toml. Raises UnreadableDocument."""
    import tomllib

    try:
        table: Any = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        placed = _TOML_PLACE.match(str(error))
        if placed is None:
            raise UnreadableDocument(f"not valid TOML: {error}") from None
        raise UnreadableDocument(placed[1], int(placed[2]), int(placed[3])) from None
    for name in ("tool", "costlint"):
        table = table.get(name, {}) if isinstance(table, dict) else {}
    return Document(table, lambda path: _toml_position(text, path))


def _refuse_nesting(yaml: Any, text: str, loader_type: type[Any]) -> None:
    """The C library composes documents recursively, without a bound: deep ones would crash the interpreter."""
    depth = 0
    for event in yaml.parse(text, Loader=loader_type):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            mark = event.start_mark
            raise UnreadableDocument("nested too deeply", mark.line + 1, mark.column + 1)


def _refuse_duplicates(node: Any) -> None:
    pending, seen_nodes = [node], set()
    while pending:
        current = pending.pop()
        if id(current) in seen_nodes or not isinstance(getattr(current, "value", None), list):
            continue
        seen_nodes.add(id(current))
        seen: set[str] = set()
        for item in current.value:
            if not isinstance(item, tuple):
                pending.append(item)
                continue
            key, value = item
            if isinstance(key.value, str) and key.value in seen:
                mark = key.start_mark
                raise UnreadableDocument(f'the key "{key.value}" is given twice', mark.line + 1, mark.column + 1)
            if isinstance(key.value, str):
                seen.add(key.value)
            pending.append(value)


def _yaml_position(node: Any, path: Path) -> tuple[int, int]:
    mark = node.start_mark if node is not None else None
    for step in path:
        children = getattr(node, "value", None)
        if not isinstance(children, list):
            break
        if isinstance(step, int):
            if step >= len(children) or isinstance(children[step], tuple):
                break
            node = children[step]
            mark = node.start_mark
        else:
            pair = next((p for p in children if isinstance(p, tuple) and p[0].value == step), None)
            if pair is None:
                break
            mark, node = pair[0].start_mark, pair[1]
    return (mark.line + 1, mark.column + 1) if mark is not None else (0, 0)


def _toml_position(text: str, path: Path) -> tuple[int, int]:
    """tomllib keeps no places: the first line after the table's header on which the last named key stands."""
    lines = text.splitlines()
    start = next((i for i, line in enumerate(lines) if line.lstrip().startswith("[tool.costlint")), 0)
    place = (start + 1, 1)
    for step in path:
        if isinstance(step, int):
            continue
        key = re.compile(rf"""(?:^|[\[{{,.\s])["']?({re.escape(step)})["']?\s*[=\].]""")
        for number in range(place[0] - 1, len(lines)):
            found = key.search(lines[number])
            if found:
                place = (number + 1, found.start(1) + 1)
                break
    return place
