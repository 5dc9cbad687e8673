"""Families of instance types, and the same size in a newer, Arm or AMD family."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from costlint.catalog.facts import Arch, Family, Shape
from costlint.catalog.tables import records

_MANAGED = ("db.", "cache.", "ml.")
_AZURE = re.compile(r"^(?:Standard|Basic)_([A-Z]+)(\d+)(?:-\d+)?([a-z]*)(?:_(.+))?$")


class Families:
    """The families of one provider."""

    def __init__(self, data: Path, provider: str) -> None:
        self._path = data / provider / "families.csv"
        self._provider = provider

    def of(self, name: str) -> Family | None:
        """The family of an instance type, None for an unknown one."""
        split = family_and_size(self._provider, name)
        return self._families.get(split[0]) if split else None

    def counterpart(self, name: str, kind: str, shapes: Mapping[str, Shape]) -> str | None:
        """The same size in the family's "successor", "arm_twin" or "amd_twin" if a shape offered here, else None."""
        split = family_and_size(self._provider, name)
        family = self._families.get(split[0]) if split else None
        if split is None or family is None:
            return None
        other = getattr(family, kind)
        if not other:
            return None
        found = shapes.get(renamed(self._provider, name, other))
        return found.name if found and found.on_demand and found.offered is not False else None

    @cached_property
    def _families(self) -> dict[str, Family]:
        return {row["name"]: _family(self._provider, row) for row in records(self._path)}


def family_and_size(provider: str, name: str) -> tuple[str, str] | None:
    """("m5", "large") of "m5.large"; the size of a GCP type is what follows its series and class.
    None if the name is not an instance type of this provider."""
    if provider == "aws":
        plain = name.removesuffix(".search").removesuffix(".elasticsearch")
        for prefix in _MANAGED:
            plain = plain.removeprefix(prefix)
        family, dot, size = plain.partition(".")
        return (family, size) if dot and size else None
    if provider == "gcp":
        family, dash, size = name.rpartition("-")
        return (family, size) if dash else (name, "")
    if provider == "azure":
        match = _AZURE.match(name)
        if match is None:
            return None
        letters, size, features, rest = match.groups()
        return (letters + features + (f"_{rest}" if rest else ""), size)
    return None


def renamed(provider: str, name: str, family: str) -> str:
    """The name of the same size in another family."""
    split = family_and_size(provider, name)
    if split is None:
        return ""
    if provider == "aws":
        return name.replace(f"{split[0]}.", f"{family}.", 1)
    if provider == "gcp":
        return f"{family}-{split[1]}"
    letters = re.match(r"[A-Z]+", family)
    head = letters.group() if letters else ""
    return f"Standard_{head}{split[1]}{family[len(head) :]}"


def _family(provider: str, row: dict[str, str]) -> Family:
    arch: Arch = "arm64" if row["arch"] == "arm64" else "x86_64"
    return Family(
        provider=provider,
        name=row["name"],
        generation=int(row["generation"]) if row["generation"] else None,
        vendor=row["vendor"],
        arch=arch,
        category=row["category"],
        current=row["current"] == "yes",
        successor=row["successor"],
        arm_twin=row["arm_twin"],
        amd_twin=row["amd_twin"],
        source=row["source"],
        date=row["date"],
    )
