"""Adds an item to a list in a YAML file that people wrote: every other byte stays, comments and all."""

from __future__ import annotations

import yaml


def with_item(text: str, key: str, item: str) -> str | None:
    """The text with an item (its lines, beginning with "- ") at the end of the list under a top-level key, which is
    made if there is none. None if the list is not written item by item, or the file is no mapping."""
    text += "" if not text or text.endswith("\n") else "\n"
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return None
    lines = text.splitlines(keepends=True)
    if tree is None:
        changed = [*lines, f"{key}:\n", *_indented(item, 2)]
    elif not isinstance(tree, yaml.MappingNode) or tree.flow_style:
        return None
    else:
        entries = {name.value: value for name, value in tree.value}
        present = entries.get(key)
        if present is None:
            place, depth, head = len(lines), 2, ["\n", f"{key}:\n"]
        elif isinstance(present, yaml.SequenceNode) and not present.flow_style:
            depth, head = present.start_mark.column, []
            place = _end_of(lines, present.end_mark.line, depth)
        else:
            return None
        changed = [*lines[:place], *head, *_indented(item, depth), *lines[place:]]
    result = "".join(changed)
    return result if _only_added(text, result, key, item) else None


def _end_of(lines: list[str], end: int, depth: int) -> int:
    """Where a list of this depth ends: before blank lines and comments that are about what follows."""
    while end:
        line = lines[end - 1]
        text = line.lstrip()
        if text and not (text.startswith("#") and len(line) - len(text) <= depth):
            break
        end -= 1
    return end


def _only_added(before: str, after: str, key: str, item: str) -> bool:
    """Whether the text now says what it said, with the item at the end of the list."""
    try:
        old, new, added = _plain(before), _plain(after), _plain(item)
    except (yaml.YAMLError, TypeError):
        return False
    if not isinstance(new, dict) or not isinstance(added, list):
        return False
    said = old if isinstance(old, dict) else {}
    present = said.get(key)
    return new == {**said, key: [*(present if isinstance(present, list) else []), *added]}


def _plain(text: str) -> object:
    return _told(yaml.compose(text, Loader=yaml.SafeLoader))


def _told(node: yaml.Node | None) -> object:
    """A tree without places; a tag nobody here knows is part of what is said."""
    if isinstance(node, yaml.MappingNode):
        return {_key(name): _told(value) for name, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_told(value) for value in node.value]
    return None if node is None else (node.tag, node.value)


def _key(node: yaml.Node) -> object:
    return node.value if isinstance(node, yaml.ScalarNode) else str(_told(node))


def _indented(item: str, depth: int) -> list[str]:
    return [f"{' ' * depth}{line}\n" if line else "\n" for line in item.splitlines()]
