"""What a few changed files can change: the roots of Terraform they are part of, found without parsing the others.

It is told from the text of local module calls, which git finds in a few milliseconds. Where that is not enough to be
sure (variable files, manifests, Terragrunt, linked directories), the answer is that everything has to be read.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from costlint.sources import GitSource

_TERRAFORM = (".tf", ".tofu", ".tf.json", ".tofu.json")
_VARIABLES = (".tfvars", ".tfvars.json")
_READ = (*_TERRAFORM, *_VARIABLES, ".yaml", ".yml", ".json", ".hcl", ".tpl")
_SETTINGS = frozenset(
    (
        ".costlint.yaml",
        ".costlint.yml",
        ".gitlab-ci.yml",
        ".pre-commit-config.yaml",
        ".pre-commit-hooks.yaml",
        ".terraform.lock.hcl",
        "package-lock.json",
        "package.json",
    )
)
"""Names of files that belong to other programs, or say how to look and not what is deployed."""
_GLOBS = tuple(f"*{suffix}" for suffix in _TERRAFORM)
_LOCAL = r'source"?[[:space:]]*[=:][[:space:]]*"(\.|[$%]\{)'
_SOURCE = re.compile(r'source"?\s*[=:]\s*"([^"]*)"')


class Change(NamedTuple):
    """What a commit or a push changes in the files that decide what is deployed. `base` is the commit before ("" before
    the first)."""

    base: str
    files: tuple[str, ...]


def change_of(source: GitSource, base: str) -> Change:
    """What is different in a tree since a commit. Raises SourceError."""
    commit = source.known(base)
    changed = source.files() if commit is None else source.changed_since(commit)
    return Change(commit or "", tuple(path for path in changed if is_read(path)))


def near(source: GitSource, changed: Iterable[str], selected: Sequence[str]) -> tuple[str, ...] | None:
    """The directories in the selected paths that show what the changed files do, None if those are all. Raises
    SourceError."""
    found = fed_by(source, changed)
    if found is None:
        return None
    return tuple(path for path in found if any(_is_within(path, above) for above in selected))


def is_read(path: str) -> bool:
    """Whether a file of this name may decide what is deployed."""
    name = posixpath.basename(path)
    if name in _SETTINGS or path.startswith(".github/"):
        return False
    return path.endswith(_READ) or name == "Kustomization"


def charts_of(source: GitSource, changed: Iterable[str]) -> list[str]:
    """The directories of the Helm charts that changed files lie in ("" for the top of the tree)."""
    found: set[str] = set()
    for file in changed:
        if file.endswith((*_TERRAFORM, *_VARIABLES)):
            continue
        parts = file.split("/")[:-1]
        for depth in range(len(parts), -1, -1):
            directory = "/".join(parts[:depth])
            if source.is_file(posixpath.join(directory, "Chart.yaml")):
                found.add(directory)
                break
    return sorted(found)


def fed_by(source: GitSource, changed: Iterable[str]) -> list[str] | None:
    """The directories to read to see what the changed files do: the roots above them. None: everything."""
    files = list(changed)
    if source.has_links or not all(_belongs(source, file) for file in files):
        return None
    callers = _callers(source)
    if callers is None:
        return None
    found: set[str] = set()
    pending = [posixpath.dirname(file) for file in files]
    while pending:
        directory = pending.pop()
        if directory not in found:
            found.add(directory)
            pending += callers.get(directory, ())
    roots = [directory for directory in found if source.is_dir(directory) and not callers.get(directory)]
    return _outermost(sorted(roots))


def _belongs(source: GitSource, file: str) -> bool:
    """Whether a file is part of the Terraform of its own directory: variable files that lie elsewhere need not be."""
    if file.endswith(_TERRAFORM):
        return True
    directory = posixpath.dirname(file)
    return file.endswith(_VARIABLES) and any(name.endswith(_TERRAFORM) for name in source.names(directory))


def _callers(source: GitSource) -> dict[str, set[str]] | None:
    """The directories that call each directory as a module, None if some call cannot be read off its line."""
    found: dict[str, set[str]] = {}
    for path, text in source.lines(_LOCAL, *_GLOBS):
        directory = posixpath.dirname(path)
        for written in _SOURCE.findall(text):
            if "${" in written or "%{" in written:
                return None
            if written.startswith("."):
                called = posixpath.normpath(posixpath.join(directory, written))
                found.setdefault("" if called == "." else called, set()).add(directory)
    return found


def _is_within(path: str, above: str) -> bool:
    return not above or path == above or path.startswith(f"{above}/")


def _outermost(directories: Sequence[str]) -> list[str]:
    """The directories without those that lie in another of them: what lies in a selected one is read with it."""
    found: list[str] = []
    for directory in directories:
        if not any(_is_within(directory, above) for above in found):
            found.append(directory)
    return found
