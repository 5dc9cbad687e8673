"""Variable files of one root gathered into sets: what is given together, and what are alternatives of each other.

Files that set largely the same variables are alternatives; files that set different ones make up one set. A file named
for no environment (`common.tfvars`) joins every set of its directory and below.
"""

from __future__ import annotations

import posixpath
import re
from typing import NamedTuple

from msgspec import Struct

from costlint import environment

_SHARED = frozenset(("common", "global", "globals", "shared", "base", "default", "defaults", "all"))
_FILLERS = frozenset(("vars", "variables", "values", "terraform", "config", "settings", "tags", "env", ""))
_MOST_TOGETHER = 100


class VarFileSet(NamedTuple):
    """Files given together, in this order (paths of the source). `label` tells the set from the others of its root."""

    files: tuple[str, ...]
    label: str
    workspace: str = ""


class VarFile(Struct, frozen=True):
    """One variable file: `place` is its path below the root, or below the directory of variable files."""

    path: str
    place: str
    sets: frozenset[str]

    @property
    def folder(self) -> str:
        return posixpath.dirname(self.place)

    @property
    def stem(self) -> str:
        return posixpath.basename(self.place).removesuffix(".json").removesuffix(".tfvars")

    @property
    def environment(self) -> str:
        return environment.named(self.stem).name

    @property
    def shared(self) -> bool:
        words = frozenset(re.split(r"[._-]+", self.stem.lower()))
        return bool(words & _SHARED) and words <= _SHARED | _FILLERS

    def resembles(self, other: VarFile) -> bool:
        """True if both set largely the same variables: they are alternatives, not parts of one set."""
        return 2 * len(self.sets & other.sets) >= min(len(self.sets), len(other.sets))


class Group(Struct):
    """Files of one set: `own` tell it from other sets, `shared` it has in common with them."""

    own: list[VarFile]
    shared: list[VarFile]

    @property
    def folder(self) -> str:
        return self.own[0].folder

    @property
    def environment(self) -> str:
        """What its own names say: the environment of a file, or of the directory it is in."""
        names = [*(file.stem for file in self.own), *reversed(self.folder.split("/"))]
        return next(filter(None, (environment.named(name).name for name in names)), "")

    def apart_from(self, other: Group) -> bool:
        """True if neither set resembles the other in what it sets."""
        return not any(mine.resembles(theirs) for mine in self.own for theirs in other.own)

    def named(self) -> VarFileSet:
        ordered = [*sorted(self.shared, key=lambda file: (file.folder.count("/"), file.folder, file.place)), *self.own]
        first = self.own[0]
        alone = len(self.own) == 1
        if self.folder and (not alone or first.stem == "terraform"):
            label = self.folder
        else:
            names = [file.place for file in self.own]
            label = " + ".join(names) if len(names) <= 2 else f"{names[0]} + {len(names) - 1} more"
        in_workspaces = posixpath.basename(posixpath.dirname(first.path)) in ("workspaces", "workspace")
        workspace = first.stem if alone and in_workspaces else ""
        return VarFileSet(tuple(dict.fromkeys(file.path for file in ordered)), label, workspace)


def gathered(files: list[VarFile]) -> list[Group]:
    """The sets that files make up; a shared file joins every set in its directory and below."""
    shared = [file for file in files if file.shared]
    folders: dict[str, list[VarFile]] = {}
    for file in sorted(files, key=lambda file: (file.folder, file.place)):
        if not file.shared:
            folders.setdefault(file.folder, []).append(file)
    groups = [Group(own, []) for folder, members in folders.items() for own in _alternatives(folder, members)]
    groups = _joined(groups)
    for group in groups:
        group.shared += [file for file in shared if is_within(group.folder, file.folder)]
    groups += _shared_alone([f for f in shared if not any(f in group.shared for group in groups)], not groups)
    return sorted(groups, key=lambda group: [file.place for file in group.own])


def _shared_alone(shared: list[VarFile], nothing_else: bool) -> list[Group]:
    """Where a directory has nothing but shared files, they are its set; beside real sets only if it is named for an
    environment."""
    folders: dict[str, list[VarFile]] = {}
    for file in shared:
        folders.setdefault(file.folder, []).append(file)
    found: list[Group] = []
    for folder, own in folders.items():
        above = [f for f in shared if f.folder != folder and is_within(folder, f.folder)]
        innermost = not any(other != folder and is_within(other, folder) for other in folders)
        if innermost and (nothing_else or environment.named(posixpath.basename(folder)).kind):
            found.append(Group(own, above))
    return found


def _alternatives(folder: str, members: list[VarFile]) -> list[list[VarFile]]:
    """The files of one directory as alternatives, or all as one set: alternatives set the same variables, or are
    named for environments in a directory that is not."""
    alike = _any_alike(members)
    named = [file for file in members if file.environment]
    if not alike and (not named or environment.named(posixpath.basename(folder)).kind):
        return [members]
    found: dict[str, list[VarFile]] = {}
    for file in members:
        found.setdefault(file.environment or f"/{file.place}", []).append(file)
    result: list[list[VarFile]] = []
    for together in found.values():
        result += [[file] for file in together] if _any_alike(together) else [together]
    return result


def _any_alike(files: list[VarFile]) -> bool:
    """True if two of the files are alternatives; nobody gives hundreds of files at once."""
    pairs = ((a, b) for index, a in enumerate(files) for b in files[:index])
    return len(files) > _MOST_TOGETHER or any(a.resembles(b) for a, b in pairs)


def _joined(groups: list[Group]) -> list[Group]:
    """Sets named for no environment join those below that are, where they set other variables."""
    named = [group for group in groups if group.environment]
    kept = list(groups)
    for group in groups:
        if group.environment:
            continue
        below = [other for other in named if is_within(other.folder, group.folder)]
        if below and all(group.apart_from(other) for other in below):
            for other in below:
                other.shared += group.own
            kept.remove(group)
    return kept


def is_within(path: str, directory: str) -> bool:
    """True for a directory itself and everything below it."""
    return not directory or path == directory or path.startswith(f"{directory}/")
