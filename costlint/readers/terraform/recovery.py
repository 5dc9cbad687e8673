"""Files that are not quite right: bad bytes, and syntax errors of which as little as possible is lost."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node, Tree

from costlint.readers.terraform.ast import Problem


def readable(data: bytes) -> tuple[bytes, list[Problem]]:
    """The data as UTF-8 of the same length; bytes that are not become "?" and one problem."""
    try:
        data.decode()
    except UnicodeDecodeError as error:
        problem = Problem(error.start, f"not UTF-8 text: byte 0x{data[error.start]:02X}")
        text = data.decode(errors="surrogateescape")
        return "".join("?" if "\udc80" <= c <= "\udcff" else c for c in text).encode(), [problem]
    return data, []


def definitions(data: bytes, tree: Tree, problems: list[Problem]) -> Iterator[Node]:
    """The config_file nodes of everything in a broken file that can be read."""
    problems.append(Problem(_first_error(tree.root_node), "syntax error"))
    yield tree.root_node


def _first_error(node: Node) -> int:
    while not (node.is_error or node.is_missing):
        inner = next((child for child in node.children if child.has_error or child.is_missing), None)
        if inner is None:
            break
        node = inner
    return node.start_byte
