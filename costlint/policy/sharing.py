"""Lines that production shares: what is right for a development environment is no edit if it changes production."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from costlint.model import AddResource, Edit, Finding, Resource, Stack, StackResult
from costlint.policy.places import Block, place_of, written_block


class OtherEnvironments:
    """The stacks that are production, or of which nobody knows that they are not."""

    def __init__(self, deployed: Sequence[StackResult]) -> None:
        self._results = deployed
        self._others = [result.stack for result in deployed if result.stack.environment.kind != "nonprod"]
        self._blocks: list[dict[Block, Resource]] | None = None

    def marked(self, finding: Finding) -> Finding:
        """The finding, `shared` if it holds outside production only and its text is deployed elsewhere, too."""
        return replace(finding, shared=True) if self._shares(finding) else finding

    def _shares(self, finding: Finding) -> bool:
        if not finding.nonprod or not self._others or any(one.environment.kind == "prod" for one in finding.stacks):
            return False
        stack, written = self._written(finding)
        if stack is None or written is None:
            return False
        edits = [edit for edit in finding.patch.edits if edit.address == written.address]
        own: list[tuple[Edit, ...]] = [(edit,) for edit in edits if not isinstance(edit, AddResource)] or [()]
        spans = [finding.span, *(place_of(edit, written, stack).span for edit in own[1:])]
        for other, blocks in zip(self._others, self._known(), strict=True):
            same = blocks.get(written_block(written))
            if same is not None and any(map(lambda edit, span: place_of(edit, same, other).span == span, own, spans)):
                return True
        return False

    def _written(self, finding: Finding) -> tuple[Stack | None, Resource | None]:
        """The first resource the finding is about, with its stack."""
        address = finding.addresses[0] if finding.addresses else ""
        for result in self._results:
            if result.stack.name == finding.stack:
                found = (each for each in result.stack.resources if each.address == address)
                return result.stack, next(found, None)
        return None, None

    def _known(self) -> Sequence[Mapping[Block, Resource]]:
        """By stack, one resource for each block."""
        if self._blocks is None:
            self._blocks = [{written_block(each): each for each in reversed(stack.resources)} for stack in self._others]
        return self._blocks
