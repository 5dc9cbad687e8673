"""Proposals that exclude each other: two rules may each give one attribute another value (a newer type of the same
vendor, a cheaper type of another), or add the one resource there may be (the lifecycle of a bucket). A person can make
one edit, so the one that saves most is shown."""

from __future__ import annotations

from collections.abc import Iterable

from costlint.model import AddResource, Path, SetValue
from costlint.policy.findings import Priced


def best_and_beaten(ranked: Iterable[Priced]) -> tuple[list[Priced], list[Priced]]:
    """The findings that stand, and those a better one takes the place of, both most worth first as they come. Beaten
    are those whose every first edit sets what a finding before them sets already, first or along the way (another
    engine comes with its version), and those that add what another rule adds. What stands is not beaten as well: cases
    of a rule may have one fingerprint."""
    taken: set[tuple[str, Path]] = set()
    added: dict[str, str] = {}
    kept: list[Priced] = []
    beaten: list[Priced] = []
    for priced in ranked:
        wanted, rule = _wanted(priced), priced.finding.rule.id
        additions = [edit.address for edit in priced.finding.patch.edits if isinstance(edit, AddResource)]
        if (wanted and wanted <= taken) or any(added.get(address, rule) != rule for address in additions):
            beaten.append(priced)
            continue
        added.update(dict.fromkeys(additions, rule))
        if wanted:
            taken |= {(edit.address, edit.path) for edit in priced.finding.patch.edits if isinstance(edit, SetValue)}
        kept.append(priced)
    standing = {priced.finding.fingerprint for priced in kept}
    return kept, [priced for priced in beaten if priced.finding.fingerprint not in standing]


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
