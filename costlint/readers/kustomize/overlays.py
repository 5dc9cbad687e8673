"""Which kustomizations are deployed: those no other one is made of.

One that does nothing but list others that are called after environments is only a convenience; those it lists are what
is deployed, each to its own environment.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from costlint.environment import directory_named
from costlint.readers.kustomize.kustomization import Kustomization
from costlint.readers.kustomize.tree import Tree, referenced
from costlint.readers.samples import manifests_show

_SAYS_NOTHING = frozenset(("apiVersion", "kind", "metadata", "resources", "bases"))


def overlays(tree: Tree, found: Iterable[Kustomization], named: Collection[str] = ()) -> list[Kustomization]:
    """Those among the kustomizations found that are deployed, and those something else names (by their directory)."""
    uses = referenced(tree, found)
    known = {one.directory: one for one in found}
    lists = {directory for directory, one in known.items() if _only_lists(one, uses[directory])}
    parts = {
        inner
        for directory, inside in uses.items()
        for inner in inside
        if directory not in lists and (not _shown(directory) or _shown(inner))
    }
    chosen = [
        one
        for directory, one in known.items()
        if directory in named or (not one.component and one.value and directory not in parts and directory not in lists)
    ]
    return sorted([*chosen, *_circles(known, uses, chosen)], key=lambda one: one.directory)


def alternatives(roots: Mapping[str, Collection[str]], bases: Mapping[str, Collection[str]]) -> list[list[str]]:
    """Overlays in groups of which nobody says that more than one is deployed: they share a base, declare some of the
    same objects, and neither is called after an environment. `roots` maps each to the addresses it declares, `bases`
    to the directories it is made of."""
    unnamed = [one for one in roots if not _is_environment(one)]
    groups: list[list[str]] = []
    for one in unnamed:
        alike = [group for group in groups if any(_alike(one, other, roots, bases) for other in group)]
        groups = [group for group in groups if group not in alike]
        groups.append([*(other for group in alike for other in group), one])
    return [group for group in groups if len(group) > 1]


def _alike(one: str, other: str, roots: Mapping[str, Collection[str]], bases: Mapping[str, Collection[str]]) -> bool:
    shared = set(bases[one]) & set(bases[other])
    return bool(shared) and not set(roots[one]).isdisjoint(roots[other])


def _shown(directory: str) -> bool:
    """Whether a directory lies in one for examples or tests. What those are made of may be deployed all the same."""
    return any(map(manifests_show, directory.split("/")))


def _is_environment(directory: str) -> bool:
    return any(directory_named(part).kind for part in directory.split("/"))


def _only_lists(kustomization: Kustomization, inside: set[str]) -> bool:
    """Whether it adds nothing of its own to several kustomizations called after environments."""
    if not inside or not _SAYS_NOTHING.issuperset(kustomization.value):
        return False
    entries = len(kustomization.list("resources")) + len(kustomization.list("bases"))
    return entries == len(inside) and any(directory_named(one.rpartition("/")[2]).kind for one in inside)


def _circles(
    known: Mapping[str, Kustomization], uses: Mapping[str, set[str]], chosen: Iterable[Kustomization]
) -> list[Kustomization]:
    """Of kustomizations that are made of each other, the first: kustomize says what is wrong with it."""
    reached: set[str] = set()
    pending = [one.directory for one in chosen]
    found: list[Kustomization] = []
    remaining = [one for one in known.values() if one.value and not one.component]
    while True:
        while pending:
            directory = pending.pop()
            if directory not in reached:
                reached.add(directory)
                pending += uses.get(directory, ())
        rest = next((one for one in remaining if one.directory not in reached), None)
        if rest is None:
            return found
        if rest.directory not in uses or _only_lists(rest, uses[rest.directory]):
            reached.add(rest.directory)
            continue
        found.append(rest)
        pending.append(rest.directory)
