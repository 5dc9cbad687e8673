"""The configuration costlint would start with: environments by what names them, roots by their variable files."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable, Sequence

from costlint.environment import directory_named
from costlint.model import Stack
from costlint.reports.amounts import counted
from costlint.reports.escaping import printable

_PLAIN = re.compile(r"[A-Za-z_./][\w./-]*")
_NOT_TEXT = frozenset(("true", "false", "yes", "no", "on", "off", "null", "none", "y", "n"))
_WIDEST = 40
_MOST_LIBRARIES = 20


def render(stacks: Sequence[Stack], base: str = ".") -> str:
    """A configuration file (YAML) for the stacks, to be read and corrected. `base` is the directory it is for, as the
    stacks' directories are shown: relative to the current one."""
    deployed = [stack for stack in stacks if not stack.library]
    paired = [stack for stack in deployed if stack.kind == "terraform" and stack.var_files]
    lines = [
        "# Proposed by costlint init: read it, correct it, keep it beside what it is about.",
        "# Every key: docs/configuration.md of costlint, or `costlint config schema`.",
        "",
        "# What is production and what is not, by globs over paths, variable files, workspaces, accounts and clusters;",
        "# the first that matches counts.",
        *_environments([stack for stack in deployed if stack not in paired], base),
        *_roots(paired, base),
        *_libraries([stack for stack in stacks if stack.library], base),
    ]
    return "\n".join(lines) + "\n"


def _environments(stacks: Iterable[Stack], base: str) -> list[str]:
    known: dict[str, tuple[str, str]] = {}
    open_: dict[str, None] = {}
    for stack in stacks:
        if stack.environment.kind:
            place = _named_place(stack, base)
            known.setdefault(place, (stack.environment.name, stack.environment.evidence))
        else:
            open_[_below(stack, base)] = None
    if not known and not open_:
        return ["environments: {}"]
    head = "environments:" if known else "# environments:"
    lines = [_told(f"  {_text(place)}: {_text(name)}", evidence) for place, (name, evidence) in known.items()]
    return [head, *lines, *(f"#  {_text(place)}: prod  # or nonprod? Nothing says." for place in open_)]


def _named_place(stack: Stack, base: str) -> str:
    """The directory whose name tells the environment, the stack's own if it is something else that tells."""
    place = _below(stack, base)
    parts = place.split("/")
    if stack.environment.evidence.startswith("path "):
        for count in range(len(parts), 0, -1):
            if directory_named(parts[count - 1]).kind == stack.environment.kind:
                return "/".join(parts[:count])
    return place


def _roots(stacks: Sequence[Stack], base: str) -> list[str]:
    if not stacks:
        return []
    lines = [
        "",
        "# How roots with variable files of their own are deployed. Each entry counts in the total: take out what is",
        "# not deployed. Without these entries, one set of variable files counts for each root.",
        "roots:",
    ]
    for stack in stacks:
        files = ", ".join(_text(posixpath.relpath(file, base)) for file in stack.var_files)
        lines += [f"  - path: {_text(posixpath.relpath(stack.directory, base))}", f"    var_files: [{files}]"]
        if stack.workspace != "default":
            lines.append(f"    workspace: {_text(stack.workspace)}")
        if stack.environment.kind:
            evidence = stack.environment.evidence
            shown = "" if evidence.startswith("var-file ") else evidence
            lines.append(_told(f"    environment: {_text(stack.environment.name)}", shown))
        else:
            lines.append("    # environment: prod or nonprod? Nothing says.")
    return lines


def _libraries(stacks: Sequence[Stack], base: str) -> list[str]:
    if not stacks:
        return []
    lines = ["", "# Not deployed from here, and not counted; one that is belongs under roots:"]
    lines += [f"#   {printable(posixpath.relpath(one.directory, base))}: {printable(one.why)}" for one in stacks]
    kept = lines[: 2 + _MOST_LIBRARIES]
    if len(lines) > len(kept):
        kept.append(f"#   and {counted(len(lines) - len(kept), 'other')}")
    return kept


def _below(stack: Stack, base: str) -> str:
    place = posixpath.relpath(stack.directory or stack.name, base)
    return "**" if place == "." else place


def _told(line: str, evidence: str) -> str:
    return f"{line.ljust(_WIDEST)}  # {printable(evidence)}" if evidence else line


def _text(text: str) -> str:
    """A string as YAML reads it back."""
    if _PLAIN.fullmatch(text) and text.lower() not in _NOT_TEXT:
        return text
    return json.dumps(text)
