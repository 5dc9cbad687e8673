"""The configuration costlint would start with: environments by what names them, roots by their variable files."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Sequence

from costlint.environment import contradiction
from costlint.model import Stack
from costlint.reports.amounts import counted
from costlint.reports.escaping import printable
from costlint.reports.proposed_environments import below, entries, sorted_for_first_match

_PLAIN = re.compile(r"[A-Za-z_./][\w./-]*")
_NOT_TEXT = frozenset(("true", "false", "yes", "no", "on", "off", "null", "none", "y", "n"))
_WIDEST = 40
_MOST_LIBRARIES = 20
_OPEN = '# Nothing says whether these are production. Where you know, take "# " away and write prod or nonprod:'


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
        *_environments([stack for stack in deployed if stack not in paired], base, paired),
        *_roots(paired, base),
        *_libraries([stack for stack in stacks if stack.library], base),
    ]
    return "\n".join(lines) + "\n"


def _environments(stacks: Sequence[Stack], base: str, paired: Sequence[Stack]) -> list[str]:
    # What a root of its own says of its environment goes before these entries; where it says nothing, they count.
    known = entries([*stacks, *(one for one in paired if not one.environment.kind)], base)
    silent = sorted_for_first_match({below(one, base): one for one in stacks if not one.environment.kind})
    if not known and not silent:
        return ["environments: {}"]
    lines = [_told(f"  {_text(place)}: {_text(said.name)}", said.evidence) for place, said in known.items()]
    open_ = [_told(f"#   {_text(place)}: prod", _why(one)) for place, one in silent.items()]
    if not open_:
        return ["environments:", *lines]
    if known:
        return ["environments:", *lines, _OPEN, *open_]
    return [_OPEN, "# environments:", *open_]


def _why(stack: Stack) -> str:
    evidence = contradiction(stack)
    return f"its path and {evidence} disagree" if evidence else ""


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
            lines.append("    # environment: prod  # or nonprod: nothing says")
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


def _told(line: str, evidence: str) -> str:
    return f"{line.ljust(_WIDEST)}  # {printable(evidence)}" if evidence else line


def _text(text: str) -> str:
    """A string as YAML reads it back."""
    if _PLAIN.fullmatch(text) and text.lower() not in _NOT_TEXT:
        return text
    return json.dumps(text)
