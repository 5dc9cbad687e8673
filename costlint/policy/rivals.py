"""Proposals that exclude each other: two rules may each give one attribute another value (a newer type of the same
vendor, a cheaper type of another). A person can make one edit, so the one that saves most is shown."""

from __future__ import annotations

from collections.abc import Iterable

from costlint.model import Path, SetValue
from costlint.policy.findings import Priced


def without_rivals(ranked: Iterable[Priced]) -> list[Priced]:
    """The findings, most worth first as they come, without those whose every first edit sets what a finding before
    them sets already, first or along the way (another engine comes with its version)."""
    taken: set[tuple[str, Path]] = set()
    kept: list[Priced] = []
    for priced in ranked:
        wanted = _wanted(priced)
        if wanted and wanted <= taken:
            continue
        if wanted:
            taken |= {(edit.address, edit.path) for edit in priced.finding.patch.edits if isinstance(edit, SetValue)}
        kept.append(priced)
    return kept


def _wanted(priced: Priced) -> set[tuple[str, Path]]:
    """Address and path of the first edit on each resource, where it sets a value and that saves something."""
    if priced.outcome is None:
        return set()
    first: dict[str, tuple[str, Path] | None] = {}
    for edit in priced.finding.patch.edits:
        if not isinstance(edit, SetValue):
            first.setdefault(edit.address, None)
        else:
            first.setdefault(edit.address, (edit.address, edit.path))
    return {place for place in first.values() if place}
