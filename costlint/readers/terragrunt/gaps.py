"""What stands in a generated Terraform file for the parts of its text nobody knows before deployment.

An interpolation becomes an expression that is unknown. A `%{ if }` or `%{ for }` that cannot be decided becomes what
its text would declare, in a form that says nothing more: arguments are unknown, blocks may or may not be there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Literal

from costlint.readers.terraform.syntax.ast import Block, Body

UNKNOWN_TEXT = "self.unknown"
"""An expression of Terraform that is never known."""

Place = Literal["text", "expression", "object", "block", "file"]
"""Where in Terraform's syntax a gap lies: inside quotes, where a value is expected, or where a statement begins."""

_COUNTED = frozenset(("resource", "data", "module"))
_REPEATING = frozenset(("count", "for_each"))
_TOKEN = re.compile(
    r"""
    /\*.*?(?:\*/|(?P<comment>\Z)) | (?:\#|//)[^\n]*(?P<remark>\Z)? |
    <<-?(?P<mark>\w+)[^\n]*\n(?:.*?^[ \t]*(?P=mark)[ \t]*$|.*(?P<heredoc>\Z)) |
    "(?:\\.|[^"\\\n])*(?:"|(?P<quoted>\Z)) |
    (?P<open>[\[({]) | (?P<close>[\])}])
    """,
    re.DOTALL | re.MULTILINE | re.VERBOSE,
)
_OPEN_TEXT = ("comment", "remark", "heredoc", "quoted")


def place_after(text: str) -> Place:
    """Where what follows this text would stand."""
    brackets: list[str] = []
    for token in _TOKEN.finditer(text):
        if any(token[name] is not None for name in _OPEN_TEXT):
            return "text"
        if token["open"]:
            value = text[: token.start()].rstrip()[-1:] in ("=", ":", "(", "[", ",")
            brackets.append("object" if value and token["open"] == "{" else token["open"])
        elif token["close"] and brackets:
            brackets.pop()
    if brackets and brackets[-1] in ("[", "("):
        return "expression"
    if text[text.rfind("\n") + 1 :].strip():
        return "expression"
    if not brackets:
        return "file"
    return "object" if brackets[-1] == "object" else "block"


def interpolation(place: Place) -> str:
    """What stands for `${ … }`."""
    if place == "text":
        return f"${{{UNKNOWN_TEXT}}}"
    return UNKNOWN_TEXT if place == "expression" else _statement(place)


def directive(place: Place, branches: Iterable[str], parse: Callable[[str], Body]) -> str:
    """What stands for `%{ if }` or `%{ for }`, whose text would be one of the branches (or several, or none)."""
    if place not in ("block", "file"):
        return interpolation(place)
    read = [(text, parse(text)) for text in branches]
    names = dict.fromkeys(name for _, body in read for name in body.attributes)
    declared = "".join(f"{name} = {UNKNOWN_TEXT}\n" for name in names)
    blocks: dict[tuple[str, ...], str] = {}
    for text, body in read:
        for block in body.blocks:
            key = (block.type, *block.labels)
            written = _declaration(block, text) if place == "file" else _dynamic(block)
            if UNKNOWN_TEXT in "".join(key):
                continue
            blocks[key] = written if blocks.get(key, written) == written else _header(block, text, "")
    return declared + "".join(blocks.values())


def _statement(place: Place) -> str:
    return f"({UNKNOWN_TEXT}) = {UNKNOWN_TEXT}\n" if place == "object" else ""


def _declaration(block: Block, text: str) -> str:
    """A block of a file that may not be there: resources and modules are so many as nobody knows."""
    if block.type in _COUNTED and not _REPEATING.intersection(block.body.attributes):
        data = text.encode()
        inside = data[data.index(b"{", block.header_end) + 1 : block.end].decode()
        return _header(block, text, inside.rstrip().removesuffix("}"))
    if block.type in _COUNTED:
        return _header(block, text, "")
    if block.type == "locals":
        return "locals {\n" + "".join(f"{name} = {UNKNOWN_TEXT}\n" for name in block.body.attributes) + "}\n"
    return text.encode()[block.start : block.end].decode() + "\n" if block.type == "variable" else ""


def _header(block: Block, text: str, inside: str) -> str:
    if block.type not in _COUNTED:
        return ""
    header = text.encode()[block.start : block.header_end].decode()
    return f"{header} {{\ncount = {UNKNOWN_TEXT}\n{inside}\n}}\n"


def _dynamic(block: Block) -> str:
    """A nested block that may not be there."""
    if block.type == "dynamic":
        return ""
    return f'dynamic "{block.type}" {{\nfor_each = {UNKNOWN_TEXT}\ncontent {{\n}}\n}}\n'
