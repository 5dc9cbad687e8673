"""Which globs say of stacks what is inferred of them already, and of no stack anything else."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from costlint.config import matches_glob
from costlint.environment import directory_named, places
from costlint.model import Environment, Stack

_T = TypeVar("_T")


def entries(stacks: Sequence[Stack], base: str) -> dict[str, Environment]:
    """The `environments` of a configuration in `base`, in an order in which the first that matches is right. What no
    glob can say without being wrong about another stack is left to be inferred, and so is what another entry says."""
    named = [(stack, _matched(stack, base)) for stack in stacks]
    spoiled = [names for stack, names in named if not _is_told_as_a_whole(stack)]
    told = [(stack.environment, names) for stack, names in named if stack.environment.kind]
    found: dict[str, Environment] = {}
    for stack, _ in named:
        if stack.environment.kind:
            whole = (one for one in _candidates(stack, base) if not any(_matches(one, names) for names in spoiled))
            found.setdefault(next(whole, ""), stack.environment)
    found.pop("", None)
    ordered = sorted_for_first_match(found)
    matching: list[tuple[Environment, list[str]]] = [(said, []) for said, _ in told]
    for glob in ordered:  # each is compiled once
        for (_, globs), (_, names) in zip(matching, told, strict=True):
            if _matches(glob, names):
                globs.append(glob)
    for said, globs in matching:
        while globs and not _is_alike(found[globs[0]], said):
            _drop(globs[0], ordered, matching)
    for glob in tuple(ordered):
        first = [globs for _, globs in matching if globs[:1] == [glob]]
        if all(len(globs) > 1 and _is_alike(found[globs[1]], found[glob]) for globs in first):
            _drop(glob, ordered, matching)
    return ordered


def sorted_for_first_match(found: Mapping[str, _T]) -> dict[str, _T]:
    """The globs as they come, but each before those that match it, too."""
    above: dict[str, set[str]] = {glob: set() for glob in found}
    for other in found:
        for glob in found:
            if glob != other and matches_glob(other, glob):
                above[glob].add(other)
    ordered: list[str] = []
    for glob in found:
        place = next((at for at, other in enumerate(ordered) if other in above[glob]), len(ordered))
        ordered.insert(place, glob)
    return {glob: found[glob] for glob in ordered}


def below(stack: Stack, base: str) -> str:
    """The glob for a stack alone, and for what lies below it."""
    place = posixpath.relpath(stack.directory or stack.name, base)
    return "**" if place == "." else place


def _candidates(stack: Stack, base: str) -> Iterable[str]:
    """The directory whose name tells the environment if it is the path that tells; else, or if that is not to be used,
    the stack's own."""
    place = below(stack, base)
    parts = place.split("/")
    if stack.environment.evidence.startswith("path "):
        for count in range(len(parts), 0, -1):
            if directory_named(parts[count - 1]).kind == stack.environment.kind:
                yield "/".join(parts[:count])
                break
    yield place


def _matched(stack: Stack, base: str) -> list[str]:
    """What the globs of a configuration are held against for a stack."""
    paths = (posixpath.relpath(path, base) for path in (stack.directory or stack.name, *stack.var_files))
    return [*places(stack), *([stack.workspace] if stack.workspace != "default" else []), *paths]


def _is_told_as_a_whole(stack: Stack) -> bool:
    """Whether one environment holds for a stack: not if it is open, nor if its resources tell theirs one by one."""
    kind = stack.environment.kind
    return kind is not None and all(one.environment.kind in (None, kind) for one in stack.resources)


def _matches(glob: str, names: Iterable[str]) -> bool:
    return any(matches_glob(glob, name) for name in names)


def _drop(glob: str, ordered: dict[str, Environment], matching: Iterable[tuple[Environment, list[str]]]) -> None:
    del ordered[glob]
    for _, globs in matching:
        if glob in globs:
            globs.remove(glob)


def _is_alike(one: Environment, other: Environment) -> bool:
    """Production is production however it is spelled; of what is not, the name counts."""
    return one.kind == other.kind and (one.kind == "prod" or one.name == other.name)
