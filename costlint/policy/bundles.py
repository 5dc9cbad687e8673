"""Copies of one literal are one finding: matches of a rule whose edit is the same text in the same place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from costlint.graph import block_address
from costlint.model import (
    AddBlock,
    AddResource,
    Diagnostic,
    Edit,
    Patch,
    Path,
    Reference,
    RemoveResource,
    RemoveValue,
    Resource,
    SetValue,
    Span,
    Suppression,
    UnknownValue,
)
from costlint.policy.find import Match
from costlint.policy.lifecycle import applicable, applied
from costlint.policy.places import Place, Places, whole_blocks
from costlint.policy.propose import Edits, combined
from costlint.policy.reading import PatternError
from costlint.policy.settings import CheckSettings
from costlint.policy.standing import standing
from costlint.policy.suppress import Suppressions
from costlint.policy.values import Nothing


class Bundle(Struct):
    """Matches one edit covers. `candidates[i]` are the alternatives of `matches[i]`; empty edits with `unknown` say
    why nothing definite can be proposed."""

    matches: list[Match]
    candidates: list[list[Edits]]
    place: Place
    suppression: Suppression | None
    unknown: str = ""

    @property
    def alternatives(self) -> range:
        """How many there are for every match."""
        return range(min(map(len, self.candidates)))

    def patch(self, number: int, matches: Iterable[int] | None = None) -> Patch:
        """One of the alternatives, applied to every match or to some."""
        chosen = range(len(self.matches)) if matches is None else matches
        return combined([edit for index in chosen for edit in self.candidates[index][number]])

    def located(self) -> dict[tuple[str, Path], Span]:
        """Where the first edit of each match is made: all in one place, or they would not be one bundle. Nothing is
        said of one that a module call makes instead."""
        if self.place.chain and self.place.chain[-1].span != self.place.span:
            return {}
        first = (edits[0][0] for edits in self.candidates if edits[0])
        written = (edit for edit in first if isinstance(edit, (SetValue, RemoveValue, AddBlock)))
        return {(edit.address, edit.path): self.place.span for edit in written}


def bundles(
    matches: Iterable[Match], settings: CheckSettings, suppressions: Suppressions, problems: list[Diagnostic]
) -> list[Bundle]:
    """Matches gathered by edit, in the order they were found. Matches with nothing to propose are dropped; a proposal
    that cannot be computed is a problem."""
    found: dict[object, Bundle] = {}
    proposed = list(_proposed(matches, problems))
    whole = _whole_blocks(proposed)
    places = Places(proposed[0][0].subject.context.view.stack) if proposed else None
    for match, candidates, unknown in proposed:
        assert places is not None
        rule, resource = match.section.rule, match.subject.resource
        asked = match.section.source.match
        stands = None if candidates[0] else standing(match.subject, match.subject.context.view.stack, asked)
        wholly = bool(whole) and (rule.id, block_address(resource.address)) in whole
        place = stands or places.of(*_standing_on(candidates[0], match), wholly)
        if not settings.runs_on(rule, place.span.file):
            continue
        suppression = suppressions.of(rule, place, resource.module)
        edits = described(candidates[0], resource.address)
        alone = _apart(match, place)
        comment = suppression.comment_line if suppression else 0
        key = (rule.id, resource.type, place.span, edits, comment, alone)
        bundle = found.get(key)
        if bundle is None:
            found[key] = Bundle([match], [candidates], place, suppression, unknown)
        else:
            bundle.matches.append(match)
            bundle.candidates.append(candidates)
    return list(found.values())


def _standing_on(edits: Edits, match: Match) -> tuple[Edits, Resource]:
    """The edits that say where a finding stands, and the resource they are made in: another than the rule's where the
    first is made there (the machine of a pool, for a rule about its pods)."""
    first = edits[0] if edits else None
    own = match.subject.resource
    if not isinstance(first, (SetValue, RemoveValue, AddBlock)) or first.address == own.address:
        return edits, own
    other = match.subject.context.view.get(first.address)
    return (edits, own) if other is None else (tuple(edit for edit in edits if edit.address == other.address), other)


def _proposed(matches: Iterable[Match], problems: list[Diagnostic]) -> Iterator[tuple[Match, list[Edits], str]]:
    """Each match with its alternatives, and why nothing definite can be proposed."""
    for match in matches:
        try:
            yield match, _candidates(match), ""
        except Nothing:
            continue
        except UnknownValue as error:
            yield match, [()], str(error)
        except PatternError as error:
            problems.append(problem(match, error))


def _whole_blocks(proposed: Iterable[tuple[Match, list[Edits], str]]) -> set[tuple[str, str]]:
    """Rule and block where a rule takes every instance of the block away."""
    removed: dict[str, set[str]] = {}
    view = None
    for match, candidates, _ in proposed:
        view = match.subject.context.view
        gone = [edit.address for edit in candidates[0] if isinstance(edit, RemoveResource)]
        if gone:
            removed.setdefault(match.section.rule.id, set()).update(gone)
    if view is None:
        return set()
    return {(rule, block) for rule, addresses in removed.items() for block in whole_blocks(addresses, view)}


def _apart(match: Match, place: Place) -> object:
    """What keeps matches apart though the text to edit is the same: groups of several blocks, and blocks of which no
    literal is written (in a plan without its source all stand in one place)."""
    resource = match.subject.resource
    if match.section.stack or match.together:
        return resource.address
    if match.removed:
        members = (*match.kept, *(edit.address for edit in match.removed))
        blocks = {block_address(address) for address in members}
        return (len(match.kept), len(match.removed)) if place.exact and len(blocks) == 1 else resource.address
    return "" if place.exact else f"{resource.type}.{resource.name}"


def problem(match: Match, error: PatternError) -> Diagnostic:
    """A rule that fails on real input, as a sentence at the resource."""
    resource = match.subject.resource
    message = f"{match.section.rule.id} cannot be applied to {resource.address}: {error.message}"
    return Diagnostic("warning", message, resource.span.file, resource.span.line, resource.span.column)


def _candidates(match: Match) -> list[Edits]:
    view = match.subject.context.view
    if match.removed:
        return [applied(tuple(match.removed), view)]
    if match.together:
        each = [match.section.proposer.candidates(subject)[0] for subject in match.together]
        return applicable([tuple(edit for edits in each for edit in edits)], view)
    return applicable(match.section.proposer.candidates(match.subject), view)


def described(edits: Edits, address: str) -> tuple[object, ...]:
    """Edits without the instance they are about."""
    return tuple(_what(edit, address) for edit in edits)


def _what(edit: Edit, address: str) -> tuple[object, ...]:
    """An edit without the instance it is about."""
    if isinstance(edit, RemoveResource):
        return ("remove",)
    if isinstance(edit, AddResource):
        return ("add", edit.type, _frozen(edit.attributes, address))
    path = _names(edit.path)
    if isinstance(edit, SetValue):
        return ("set", path, _frozen(edit.value, address))
    if isinstance(edit, AddBlock):
        return ("block", path, _frozen(edit.value, address))
    assert isinstance(edit, RemoveValue)
    return ("drop", path)


def _names(path: Path) -> tuple[str, ...]:
    return tuple(step for step in path if isinstance(step, str))


def _frozen(value: object, address: str) -> object:
    if isinstance(value, Reference):
        return ("reference", "" if value.address == address else value.address, value.attribute)
    if isinstance(value, Mapping):
        return tuple(sorted((str(key), _frozen(item, address)) for key, item in value.items()))
    if isinstance(value, (list, tuple)):
        return tuple(_frozen(item, address) for item in value)
    return (type(value).__name__, str(value).replace(address, "") if isinstance(value, str) else str(value))
