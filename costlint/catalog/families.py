"""Families of instance types, and the same size in a newer, Arm or AMD family.

A family's row names counterpart families best first; the first one whose same size is offered in the region and
holds at least as much wins.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

from costlint.catalog.facts import Arch, Family
from costlint.catalog.tables import number, records

Kind: TypeAlias = Literal["successor", "arm_twin", "amd_twin"]

_MANAGED_PREFIX = re.compile(r"^(?:db|cache|ml|kafka)\.")
_MANAGED_SUFFIX = re.compile(r"\.(?:search|elasticsearch)$")
_AZURE = re.compile(r"^(?:Standard|Basic)_([A-Z]+)(\d+(?:-\d+)?)([a-z]*(?:-\d+)?)(?:_(.+))?$")
_GCP = re.compile(r"^([a-z]+\d+[a-z]*(?:-[a-z]+(?=-))?)-(.+)$")


class Size(NamedTuple):
    """What a shape holds: memory in GiB, GPU memory per GPU. None: not stated."""

    vcpu: float | None
    memory_gib: float | None
    gpu_count: float | None = None
    gpu_memory_gib: float | None = None

    def holds(self, other: Size) -> bool:
        """True if this is known to be at least as large in everything the other states."""
        return all(
            not theirs or (mine is not None and mine >= theirs) for mine, theirs in zip(self, other, strict=True)
        )


class Families:
    """The families of one provider."""

    def __init__(self, data: Path, provider: str) -> None:
        self._path = data / provider / "families.csv"
        self._provider = provider

    def of(self, name: str) -> Family | None:
        """The family of an instance type, None for an unknown one."""
        split = family_and_size(self._provider, name)
        row = self._rows.get(split[0]) if split else None
        return _family(self._provider, row) if row else None

    def names(self) -> list[str]:
        return list(self._rows)

    def counterparts(
        self, name: str, kind: Kind, size: Size | None, offered: Callable[[str], Size | None]
    ) -> Iterator[str]:
        """The same size in each counterpart family, best first. `size`: what the type itself holds; `offered` tells
        what a type holds if it is sold here, else None."""
        split = family_and_size(self._provider, name)
        row = self._rows.get(split[0]) if split else None
        if row is None or size is None:
            return
        for family in row[kind].split():
            other = renamed(self._provider, name, family)
            found = offered(other)
            if found is not None and found.holds(size):
                yield other

    @cached_property
    def _rows(self) -> dict[str, dict[str, str]]:
        return {row["name"]: row for row in records(self._path)}


def family_and_size(provider: str, name: str) -> tuple[str, str] | None:
    """("m5", "large") of "db.m5.large", ("n2-standard", "4") of "n2-standard-4", ("Ds_v5", "4") of "Standard_D4s_v5".
    None if the name is not an instance type of this provider."""
    if provider == "aws":
        family, _, size = plain_name(name).partition(".")
        return (family, size) if family and size else None
    if provider == "gcp":
        gcp = _GCP.match(name)
        return (gcp.group(1), gcp.group(2)) if gcp else None
    azure = _AZURE.match(name) if provider == "azure" else None
    if azure is None:
        return None
    letters, size, features, version = azure.groups()
    features, dash, cores = features.partition("-")
    return (letters + features + (f"_{version}" if version else ""), size + dash + cores)


def plain_name(name: str) -> str:
    """The EC2 name of a managed AWS node type: "db.m5.large" → "m5.large", "r6g.large.search" → "r6g.large"."""
    return _MANAGED_SUFFIX.sub("", _MANAGED_PREFIX.sub("", name))


def renamed(provider: str, name: str, family: str) -> str:
    """The name of the same size in another family, "" if `name` is no instance type of the provider."""
    split = family_and_size(provider, name)
    if split is None:
        return ""
    if provider == "aws":
        return name.replace(f"{split[0]}.", f"{family}.", 1)
    if provider == "gcp":
        return f"{family}-{split[1]}"
    letters = family[: len(family) - len(family.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))]
    return f"Standard_{letters}{split[1]}{family[len(letters) :]}"


def _family(provider: str, row: dict[str, str]) -> Family:
    arch: Arch = "arm64" if row["arch"] == "arm64" else "x86_64"
    generation = number(row["generation"])
    return Family(
        provider=provider,
        name=row["name"],
        generation=int(generation) if generation is not None else None,
        vendor=row["vendor"],
        arch=arch,
        category=row["category"],
        current=row["current"] == "yes",
        successor=_first(row["successor"]),
        arm_twin=_first(row["arm_twin"]),
        amd_twin=_first(row["amd_twin"]),
        source=row["source"],
        date=row["date"],
    )


def _first(names: str) -> str:
    return names.partition(" ")[0]
