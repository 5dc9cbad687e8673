"""A proposed change as a tiny diff in the language it is written in."""

from __future__ import annotations

import re
from collections.abc import Mapping

from costlint.model import Change, Unknown, sources_of
from costlint.model.values import parse_path, path_text
from costlint.reports.escaping import printable
from costlint.reports.layout import Piece

_INDEX = re.compile(r'\[(?:"(?:\\.|[^"\\])*"|[^\[\]"]*)\]')
_OUTER_MODULES = re.compile(rf"^(?:module\.[\w-]+(?:{_INDEX.pattern})?\.)+")
_NAME = re.compile(r"[A-Za-z_][\w-]*")
_YAML = (".yaml", ".yml", ".tpl")
_PLAIN_YAML = re.compile(r"[A-Za-z_/][\w./-]*(?::[\w./-]+)*|\d+(?:\.\d+)?(?:[KMGTPE]i|[kMGTPm])")
_YAML_WORDS = frozenset(("true", "false", "yes", "no", "on", "off", "null", "y", "n"))


def diff(change: Change) -> list[Piece]:
    """The lines of one change: what to take out (`- type = "gp2"`), what to write (`+ type = "gp3"`). Instances that
    something else decides on are shown with its line: `- single_nat_gateway = false  makes aws_nat_gateway.this[1]`."""
    lines: list[Piece] = []
    if decisive := _decisive(change):
        lines.append((f"- {decisive}  makes {_statement(change, change.before)}", "before"))
    elif change.before is not None:
        lines.append(("- " + _statement(change, change.before), "before"))
    if change.after is not None:
        what = "what makes " if decisive else ""
        lines.append((f"+ {what}{_statement(change, _alike(change))}", "after"))
    return lines


def short_diff(change: Change) -> list[Piece]:
    """The same on one line, as pieces: `- type = "gp2"  + "gp3"`, in YAML `- type: gp2  + gp3`."""
    if change.before is None or change.after is None or _decisive(change):
        return diff(change)
    return [
        ("- " + _statement(change, change.before) + "  ", "before"),
        ("+ " + _value(change, _alike(change)), "after"),
    ]


def short_change(change: Change) -> str:
    """One of several changes in a few words: `iops = 6000`, `no throughput`."""
    if change.after is None:
        return "no " + _statement(change, change.before).partition(" = ")[0]
    return _statement(change, _alike(change))


def literal(value: object) -> str:
    """A value as Terraform writes it, on one line."""
    if isinstance(value, Unknown):
        return printable(str(value)) if value.sources else "(not known before deployment)"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        if linked := sources_of(value):
            return printable(str(linked[0]))
        return '"' + printable(value.replace("\\", "\\\\").replace('"', '\\"')) + '"'
    if isinstance(value, Mapping):
        return "{ " + _members(value, ", ") + " }" if value else "{}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(literal(item) for item in value) + "]"
    if isinstance(value, float):
        return f"{value:g}"
    return printable(str(value))


def yaml(value: object) -> str:
    """A value as YAML writes it, on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{yaml(key)}: {yaml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(yaml, value)) + "]"
    if (
        isinstance(value, str)
        and not sources_of(value)
        and _PLAIN_YAML.fullmatch(value)
        and value.lower() not in _YAML_WORDS
    ):
        return value
    return literal(value)


def _decisive(change: Change) -> str:
    """The line of the file that decides how many instances there are, where it says so in other words; "" for a count
    that is written as such, for blocks, and where no line was quoted."""
    counts = change.path == "count" and isinstance(change.before, int)
    goes = not change.path and change.after is None
    if not (counts or goes) or change.span is None or change.span.file.endswith(_YAML):
        return ""
    text = printable(" ".join(change.line.split()))
    own = counts and re.match(rf"count = {change.before}\b", text)
    return "" if own or text.endswith("{") else text


def _statement(change: Change, value: object) -> str:
    if change.span is not None and change.span.file.endswith(_YAML) and (change.path or change.after is not None):
        name = change.name.removesuffix("[]") or _key(change) or change.address
        return f"{printable(name)}: {_value(change, value)}"
    if not change.path and change.after is None:
        return printable(_OUTER_MODULES.sub("", change.address))
    if change.name and not _is_block(value):
        return f"{printable(change.name.removesuffix('[]'))} = {_value(change, value)}"
    names = [step for step in change.path.split(".") if step and not step.isdigit()]
    if not names:
        kind, _, name = _INDEX.sub("", change.address).rpartition(".")
        head = f'resource "{kind.rpartition(".")[2]}" "{name}"'
        return printable(head) + _block(value)
    path = printable(".".join(names))
    if isinstance(value, Mapping):
        return path + _block(value)
    if isinstance(value, list) and _is_block(value):
        return path + "".join(_block(item) for item in value)
    return f"{path} = {_value(change, value)}"


def _key(change: Change) -> str:
    """What is written in YAML: all of the path where something is added, its end where a line says the rest."""
    steps = [step for step in parse_path(change.path) if isinstance(step, str)] if change.path else []
    return path_text(steps if change.before is None else steps[-2:])


def _value(change: Change, value: object) -> str:
    """A value as it is written, an item of a list with its brackets."""
    item = change.name.endswith("[]") if change.name else change.path.rpartition(".")[2].isdigit()
    text = yaml(value) if change.span is not None and change.span.file.endswith(_YAML) else literal(value)
    return f"[{text}]" if item else text


def _alike(change: Change) -> object:
    """What to write, as text where text stands now (`"true"`)."""
    if isinstance(change.before, str) and isinstance(change.after, (bool, int, float)):
        return str(change.after).lower()
    return change.after


def _is_block(value: object) -> bool:
    return isinstance(value, Mapping) or (
        isinstance(value, list) and bool(value) and all(isinstance(item, Mapping) for item in value)
    )


def _block(value: object) -> str:
    if isinstance(value, Mapping) and value:
        return " { " + _members(value, "; ") + " }"
    return " { … }" if isinstance(value, Mapping) else ""


def _members(value: Mapping[str, object], separator: str) -> str:
    return separator.join(
        f"{key if _NAME.fullmatch(key) else literal(key)} = {literal(item)}" for key, item in value.items()
    )
