"""What else an edit changes: a text several resources take a value from cannot be edited for one of them alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TypeAlias

from costlint.graph import View
from costlint.model import (
    AddBlock,
    AddResource,
    Edit,
    Patch,
    Path,
    RemoveResource,
    RemoveValue,
    Resource,
    SetValue,
    Span,
)
from costlint.policy.places import Block, Place, place_of, written_block

_What: TypeAlias = tuple[type, Path]
"""What an edit does, whichever instance it is about."""


class Reaching:
    """The resources of a stack by the text that decides them, each looked up once."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._stack = view.stack
        self._blocks: dict[Block, list[Resource]] | None = None
        self._literals: dict[tuple[str, Path], dict[Span, list[Resource]]] = {}
        self._spans: dict[tuple[str, _What], Span] = {}

    def others(self, patch: Patch, first: Mapping[tuple[str, Path], Place]) -> tuple[str, ...]:
        """The addresses that the patch, made as an edit of the text, changes beside those it is meant for. `first` are
        the places of edits that are known. Of a plan, and of what modules from elsewhere make of their inputs, the text
        is not known: there are none."""
        if self._stack.kind == "plan":
            return ()
        meant: dict[_What, set[str]] = {}
        for edit in patch.edits:
            meant.setdefault(_what(edit), set()).add(edit.address)
        asked: set[tuple[_What, Span, Block]] = set()
        found: dict[str, None] = {}
        for edit in patch.edits:
            if isinstance(edit, (AddResource, RemoveResource)):
                continue
            resource = self._view.get(edit.address)
            if resource is None or resource.adapted:
                continue
            what = _what(edit)
            place = first.get((edit.address, edit.path)) or place_of((edit,), resource, self._stack)
            once = (what, place.span, written_block(resource))
            if once not in asked:
                asked.add(once)
                found.update(dict.fromkeys(self._sharing(edit, resource, place, meant[what])))
        return tuple(found)

    def _sharing(
        self, edit: SetValue | RemoveValue | AddBlock, resource: Resource, place: Place, meant: Collection[str]
    ) -> list[str]:
        """The addresses an edit reaches, made where its text is: of the block, or those a literal leads to."""
        if not place.exact or len(place.chain) == 1:
            others = [one for one in self._of_block(resource) if one.address not in meant]
            return [one.address for one in others if self._span(edit, one) == place.span]
        if not isinstance(edit, AddBlock) and place.chain and place.chain[-1].span == place.span:
            led = self._of_literal(resource.type, edit.path).get(place.span, ())
            return [one.address for one in led if one.address not in meant]
        return []

    def _span(self, edit: Edit, resource: Resource) -> Span:
        key = (resource.address, _what(edit))
        if key not in self._spans:
            self._spans[key] = place_of((edit,), resource, self._stack).span
        return self._spans[key]

    def _of_block(self, resource: Resource) -> Iterable[Resource]:
        if self._blocks is None:
            self._blocks = {}
            for one in self._view.resources.values():
                self._blocks.setdefault(written_block(one), []).append(one)
        return self._blocks.get(written_block(resource), ())

    def _of_literal(self, kind: str, path: Path) -> dict[Span, list[Resource]]:
        found = self._literals.get((kind, path))
        if found is None:
            found = self._literals[kind, path] = {}
            for one, span in self._located(kind, path):
                found.setdefault(span, []).append(one)
        return found

    def _located(self, kind: str, path: Path) -> Iterator[tuple[Resource, Span]]:
        for one in self._view.of_type(kind):
            if not one.adapted:
                location = one.locator.locate(path)
                if location is not None and location.exact:
                    yield one, location.span


def _what(edit: Edit) -> _What:
    return type(edit), getattr(edit, "path", ())
