"""One YAML (or JSON) document: its value, with bounds, and on demand the place of every part of it.

libyaml composes the nodes. It recurses, so how deep a document nests is bounded before it sees it; aliases are shared,
not copied, and what they would expand to is bounded, too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import yaml
from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from costlint.model.values import Path
from costlint.readers.kubernetes.scalars import plain
from costlint.readers.kubernetes.syntax import MOST_DEPTH, MOST_PARTS, Extent, YamlMistake

_MERGE = "<<"
_BLOCK_START = re.compile(rb"^[ \t]*((?:[-?:][ \t]+)*)", re.MULTILINE)
_BRACKETS = re.compile(rb"[][{}]")
_HALVES = re.compile(rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
_TABS = re.compile(rb"^[ ]*\t[ \t]*", re.MULTILINE)


if TYPE_CHECKING:
    from yaml import SafeLoader as _Loader
else:
    _Loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


class _Unresolved:
    """Composes nodes; what their scalars mean is decided afterwards, from the text."""

    def descend_resolver(self, parent: Node | None, index: object) -> None:
        pass

    def ascend_resolver(self) -> None:
        pass

    def resolve(self, kind: type[Node], value: object, implicit: object) -> str:
        return ""


class _Composer(_Unresolved, _Loader):
    pass


class _Redefining(_Unresolved, yaml.SafeLoader):
    """Composes documents that give one name to several anchors, as YAML and go-yaml allow: the last one counts. libyaml
    refuses them, and cannot be told not to."""

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        untyped: Any = self
        if not self.check_event(yaml.AliasEvent):
            self.anchors.pop(untyped.peek_event().anchor, None)
        return super().compose_node(parent, index)


def compose(data: bytes) -> Node | None:
    """The node of a single document, None for an empty one. Raises YamlMistake."""
    if data.lstrip().startswith((b"{", b"[")):
        data = _as_yaml(data)
    try:
        _check_depth(data)
        node = _composed(data)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = " ".join(filter(None, (error.context, error.problem)))
        raise YamlMistake(message, mark.line + 1 if mark else 1, mark.column + 1 if mark else 1) from None
    except yaml.reader.ReaderError as error:
        raise YamlMistake(f"not text in UTF-8: {error.reason}") from None
    except (RecursionError, ValueError, UnicodeError):
        raise YamlMistake("this is no YAML that can be read") from None
    return node


def _composed(data: bytes) -> Node | None:
    node: Node | None
    try:
        node = _Composer(data).get_single_node()
    except yaml.composer.ComposerError as error:
        if "duplicate anchor" not in f"{error.context} {error.problem}":
            raise
        node = _Redefining(data).get_single_node()
    return node


def _as_yaml(data: bytes) -> bytes:
    """JSON without the two things in it that YAML does not have: tabs that indent, and characters in two halves."""
    data = _TABS.sub(lambda blank: b" " * len(blank[0]), data)
    return _HALVES.sub(lambda pair: json.loads(b'"' + pair[0] + b'"').encode(), data)


def value_of(node: Node) -> object:
    """The plain Python value of a node. Aliased values are shared. Raises YamlMistake if aliases make it endless."""
    return _Reading().value(node)[0]


def find(node: Node, path: Path) -> tuple[Extent, bool]:
    """Where the value at a path stands, or the nearest enclosing one (then False)."""
    place = node
    for step in path:
        inner = _member(place, step)
        if inner is None:
            return _extent(place), False
        place = inner
    return _extent(place), True


def _member(node: Node, step: str | int) -> Node | None:
    if isinstance(node, MappingNode):
        for key, value in _entries(node):
            if isinstance(key, ScalarNode) and key.value == str(step):
                return value
    elif not isinstance(node, ScalarNode) and isinstance(step, int) and step < len(node.value):
        item: Node = node.value[step]
        return item
    return None


def _extent(node: Node) -> Extent:
    start, end = node.start_mark, node.end_mark
    if start.line != end.line and isinstance(node, CollectionNode) and not node.flow_style:
        return Extent(start.line, start.column, start.line, start.column + 1)
    return Extent(start.line, start.column, end.line, end.column)


def _entries(node: MappingNode, seen: tuple[int, ...] = ()) -> Iterator[tuple[Node, Node]]:
    """What a mapping holds, last definition first; merged mappings come after its own keys."""
    own: list[tuple[Node, Node]] = []
    merged: list[Node] = []
    for key, value in node.value:
        if isinstance(key, ScalarNode) and key.value == _MERGE and not key.style and not key.tag:
            merged += value.value if isinstance(value, SequenceNode) else [value]
        else:
            own.append((key, value))
    yield from reversed(own)
    for other in merged:
        if isinstance(other, MappingNode) and id(other) not in seen:
            yield from _entries(other, (*seen, id(node)))


class _Reading:
    """Turns nodes into values, each once, counting what they would be if every alias were written out."""

    def __init__(self) -> None:
        self._done: dict[int, tuple[object, int]] = {}
        self._within: set[int] = set()

    def value(self, node: Node) -> tuple[object, int]:
        if isinstance(node, ScalarNode):
            return _scalar(node), 1
        key = id(node)
        known = self._done.get(key)
        if known is not None:
            return known
        if key in self._within or len(self._within) > MOST_DEPTH:
            raise _at(node, "an anchor that holds itself has no end")
        self._within.add(key)
        found = self._mapping(node) if isinstance(node, MappingNode) else self._list(node)
        self._within.discard(key)
        if found[1] > MOST_PARTS:
            raise _at(node, f"its aliases expand to more than {MOST_PARTS:,} values")
        self._done[key] = found
        return found

    def _mapping(self, node: MappingNode) -> tuple[object, int]:
        found: dict[str, object] = {}
        parts = 1
        merged: list[Node] = []
        for key, value in node.value:
            if isinstance(key, ScalarNode):
                if key.value == _MERGE and not key.style and not key.tag:
                    merged += value.value if isinstance(value, SequenceNode) else [value]
                    continue
                name = key.value
            else:
                raise _at(key, "a key has to be text")
            inner, size = self.value(value)
            parts += size
            if parts > MOST_PARTS:
                break
            found[name] = inner
        for other in merged:
            inner, size = self.value(other)
            parts += size
            if not isinstance(inner, dict):
                raise _at(other, "only a mapping can be merged with <<")
            found = {**inner, **found}
        return found, parts

    def _list(self, node: Node) -> tuple[object, int]:
        found = []
        parts = 1
        for item in node.value:
            inner, size = self.value(item)
            parts += size
            if parts > MOST_PARTS:
                break
            found.append(inner)
        return found, parts


def _scalar(node: ScalarNode) -> object:
    text: str = node.value
    if node.tag:
        kind = node.tag.removeprefix("tag:yaml.org,2002:")
        return text if kind in ("str", "!", "binary", "timestamp") else plain(text)
    return text if node.style else plain(text)


def _at(part: Node | yaml.Event, message: str) -> YamlMistake:
    start = part.start_mark
    return YamlMistake(message, start.line + 1, start.column + 1) if start is not None else YamlMistake(message)


def _check_depth(data: bytes) -> None:
    """Refuse what nests too deeply. A cheap upper bound clears nearly everything; the rest is parsed for its events,
    which needs no recursion."""
    if len(data) > MOST_DEPTH and _deepest_bound(data) > MOST_DEPTH:
        depth = 0
        for event in yaml.parse(data, Loader=_Loader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > MOST_DEPTH:
                    raise _at(event, f"it nests deeper than {MOST_DEPTH} levels")
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1


def _deepest_bound(data: bytes) -> int:
    """No document nests deeper than its widest indentation and its brackets allow."""
    widest = max((match.end() - match.start() for match in _BLOCK_START.finditer(data)), default=0)
    depth = deepest = 0
    for match in _BRACKETS.finditer(data):
        if match[0] in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        else:
            depth = max(0, depth - 1)
    return widest + deepest
