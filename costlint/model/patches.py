"""Patches: edits that turn a view of a stack into another.

A patch is what the estimators re-price, what `fix` writes, and what the message says.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias, Union

from msgspec import Struct, field

from costlint.model.values import Path


class SetValue(Struct, frozen=True):
    """Set the attribute at `path` (created if absent)."""

    address: str
    path: Path
    value: object


class RemoveValue(Struct, frozen=True):
    """Remove the attribute or block at `path`."""

    address: str
    path: Path


class AddBlock(Struct, frozen=True):
    """Append a nested block at `path`."""

    address: str
    path: Path
    value: Mapping[str, object]


class AddResource(Struct, frozen=True):
    """Add a sibling resource. `beside` is the resource it belongs to (same module, region, environment);
    attributes may hold References, which become edges."""

    address: str
    type: str
    beside: str
    attributes: Mapping[str, object] = field(default_factory=dict)


class RemoveResource(Struct, frozen=True):
    """Remove a resource (one of a group, an idle one, fewer copies)."""

    address: str


Edit: TypeAlias = Union[SetValue, RemoveValue, AddBlock, AddResource, RemoveResource]


class Patch(Struct, frozen=True):
    """Edits applied together."""

    edits: tuple[Edit, ...]

    @property
    def addresses(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(edit.address for edit in self.edits))

    def conflicts(self, other: Patch) -> bool:
        """True if both edit the same path of the same resource, or one removes what the other edits."""
        mine = [_place(edit) for edit in self.edits]
        theirs = [_place(edit) for edit in other.edits]
        return any(
            address == other_address and _overlap(path, other_path)
            for address, path in mine
            for other_address, other_path in theirs
        )


def _place(edit: Edit) -> tuple[str, Path]:
    if isinstance(edit, (SetValue, RemoveValue, AddBlock)):
        return edit.address, edit.path
    return edit.address, ()


def _overlap(one: Path, other: Path) -> bool:
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]
