"""What a resource's `lifecycle` block lets a proposal do.

Terraform does not apply a change to an attribute named in `ignore_changes` (and what is written there need not be what
runs), and it refuses to destroy what has `prevent_destroy`.
"""

from __future__ import annotations

from contextlib import suppress

from costlint.graph import View
from costlint.model import AddResource, Edit, Path, RemoveResource, Resource, lookup
from costlint.policy.values import Nothing

_EVERYTHING = "all"


def applicable(alternatives: list[tuple[Edit, ...]], view: View) -> list[tuple[Edit, ...]]:
    """The alternatives Terraform would carry out, each `applied`. Raises Nothing if it would carry out none."""
    if alternatives and not any(_has_rules(edit, view) for edits in alternatives for edit in edits):
        return alternatives
    found = []
    for edits in alternatives:
        with suppress(Nothing):
            found.append(applied(edits, view))
    if not found:
        raise Nothing
    return found


def applied(edits: tuple[Edit, ...], view: View) -> tuple[Edit, ...]:
    """The edits without those Terraform would ignore. Raises Nothing if the first of them, the one the proposal is
    about, is among these, or if something would have to be destroyed that must not be."""
    if any(isinstance(edit, RemoveResource) and _kept(edit, view) for edit in edits):
        raise Nothing
    left = tuple(edit for edit in edits if not _ignored(edit, view))
    if edits and (not left or left[0] is not edits[0]):
        raise Nothing
    return left


def _has_rules(edit: Edit, view: View) -> bool:
    resource = view.get(edit.address)
    return resource is not None and "lifecycle" in resource.attributes


def _kept(edit: RemoveResource, view: View) -> bool:
    resource = view.get(edit.address)
    return resource is not None and lookup(resource.attributes, ("lifecycle", "prevent_destroy")) is True


def _ignored(edit: Edit, view: View) -> bool:
    if isinstance(edit, (AddResource, RemoveResource)):
        return False
    resource = view.get(edit.address)
    names = _ignored_names(resource) if resource is not None else []
    return any(name == _EVERYTHING or _covers(name, edit.path) for name in names)


def _ignored_names(resource: Resource) -> list[str]:
    found = lookup(resource.attributes, ("lifecycle", "ignore_changes"))
    return [str(name) for name in found] if isinstance(found, list) else []


def _covers(name: str, path: Path) -> bool:
    """Whether an edit at `path` is within what `name` (`scaling_config.0.desired_size`) names. Numbers of single
    blocks may be left out on either side."""
    named = [part for part in name.split(".") if not part.isdigit()]
    edited = [part for part in path if isinstance(part, str)]
    return edited[: len(named)] == named
