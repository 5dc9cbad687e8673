"""Which manifests are deployed together.

Nothing in plain manifests says so. What lies below one directory is taken to be one deployment, but directories named
after an environment and examples are kept apart, and so are directories that declare the same objects, and neighbours
named after different clouds: somebody applies one or the other. In a collection of samples every directory is one.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from costlint.environment import directory_named
from costlint.readers.kubernetes.clouds import cloud_named
from costlint.readers.kubernetes.manifests import Manifest
from costlint.readers.samples import manifests_show

_PLACE = re.compile(
    r"(?:[a-z]+-){0,2}(?:north|south|east|west|central)+-?\d*[a-z]?"  # us-gov-east-1, europe-west4
    r"|[a-z]*(?:north|south|east|west|central)(?:us|europe|asia|india)\d*",  # westeurope, eastus2
    re.IGNORECASE,
)
_MANY = frozenset(("clusters", "regions", "accounts", "sites", "tenants", "customers", "teams", "namespaces"))


def together(manifests: Iterable[Manifest], collections: Sequence[str] = ()) -> list[list[Manifest]]:
    """The manifests in groups that are deployed together, each in the order of its paths. `collections` are directories
    of samples."""
    groups: dict[str, list[Manifest]] = {}
    for manifest in manifests:
        groups.setdefault(posixpath.dirname(manifest.path), []).append(manifest)
    apart: list[list[Manifest]] = []
    while groups:
        deepest = max(path.count("/") if path else -1 for path in groups)
        level = [path for path in groups if (path.count("/") if path else -1) == deepest]
        if level == [""]:
            apart.append(groups.pop(""))
            break
        below: dict[str, list[list[Manifest]]] = {}
        clouds: dict[str, set[str]] = {}
        for path in level:
            clouds.setdefault(posixpath.dirname(path), set()).add(cloud_named(posixpath.basename(path)))
        for path in level:
            group = groups.pop(path)
            name = posixpath.basename(path)
            one_of_several = cloud_named(name) and len(clouds[posixpath.dirname(path)] - {""}) > 1
            if _stands_alone(name) or one_of_several or within(path, collections):
                apart.append(group)
            else:
                below.setdefault(posixpath.dirname(path), []).append(group)
        for parent, children in below.items():
            joined, conflicting = _join(groups.get(parent, []), children)
            apart += conflicting
            if joined:
                groups[parent] = joined
    return sorted((sorted(group, key=_path) for group in apart), key=lambda group: _path(group[0]))


def directory_of(group: Iterable[Manifest]) -> str:
    """The deepest directory everything in a group lies in."""
    return posixpath.commonpath([posixpath.dirname(one.path) for one in group])


def within(directory: str, outer: Iterable[str]) -> bool:
    """Whether a directory is, or lies in, one of others."""
    return any(not one or f"{directory}/".startswith(f"{one}/") for one in outer)


def shown_as(directory: str, selected: Sequence[str]) -> tuple[str, str]:
    """Whether a directory lies in one for examples or tests, seen from what somebody selected: of what kind, and its
    name; ("", "") if it does not."""
    above = [path for path in selected if within(directory, [path])]
    for part in directory[len(max(above, key=len, default="")) :].strip("/").split("/"):
        if manifests_show(part):
            return manifests_show(part), part
    return "", ""


def alternatives(declared: Mapping[str, Collection[str]]) -> list[list[str]]:
    """Directories side by side in groups of which nobody says that more than one is applied: they declare some of the
    same workloads and are named after no environment, place or tenant, but versions or variants (`v1.2`, `vllm-awq`).
    `declared` maps each to the addresses of its workloads."""
    groups: list[list[str]] = []
    for one in sorted(declared):
        if _is_one_of_many(one):
            continue
        alike = [
            group
            for group in groups
            if posixpath.dirname(group[0]) == posixpath.dirname(one)
            and any(not set(declared[one]).isdisjoint(declared[other]) for other in group)
        ]
        groups = [group for group in groups if group not in alike]
        groups.append([*(other for group in alike for other in group), one])
    return [group for group in groups if len(group) > 1]


def _is_one_of_many(directory: str) -> bool:
    """Whether the name of a directory says where its manifests go, so that its neighbours go elsewhere."""
    parent, name = posixpath.split(directory)
    return (
        not name
        or bool(directory_named(name).kind)
        or bool(_PLACE.fullmatch(name))
        or posixpath.basename(parent).lower() in _MANY
    )


def _join(own: list[Manifest], children: list[list[Manifest]]) -> tuple[list[Manifest], list[list[Manifest]]]:
    """What lies in a directory and those below it, and the groups below it that declare what others declare, too."""
    declared = [set[str]().union(*(manifest.addresses for manifest in group)) for group in (own, *children)]
    often = Counter(address for addresses in declared for address in addresses)
    joined, conflicting = list(own), []
    for group, addresses in zip(children, declared[1:], strict=True):
        if any(often[address] > 1 for address in addresses):
            conflicting.append(group)
        else:
            joined += group
    return joined, conflicting


def _stands_alone(name: str) -> bool:
    return bool(directory_named(name).kind or manifests_show(name))


def _path(manifest: Manifest) -> str:
    return manifest.path
