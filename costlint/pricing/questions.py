"""What estimators may ask about other resources, each question in a form that can be put about another resource."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple, TypeAlias

from costlint.graph import View, block_address
from costlint.model import Resource

Kind: TypeAlias = Literal["at", "instances", "siblings", "referring", "referred", "linked", "of type"]


class Question(NamedTuple):
    """`about` is an address, "" for the resource that is being estimated."""

    kind: Kind
    about: str = ""
    types: tuple[str, ...] = ()

    def answer(self, view: View, resource: Resource) -> list[Resource]:
        """The resources that answer it in a view, asked while estimating `resource`."""
        about = self.about or resource.address
        if self.kind == "referring":
            return view.referring(about, *self.types)
        if self.kind == "of type":
            return list(view.of_type(*self.types))
        if self.kind == "referred":
            return view.referred(about, *self.types)
        if self.kind == "linked":
            return view.linked(about, *self.types)
        if self.kind == "instances":
            return view.instances(about)
        if self.kind == "siblings":
            return view.instances(block_address(resource.address))
        found = view.get(about)
        return [] if found is None else [found]

    def consulted(self, answer: Iterable[Resource]) -> set[str]:
        """What an estimate depends on that asked this: addresses, and "type.*" where one more of a type matters."""
        seen = {resource.address for resource in answer}
        if self.kind == "of type":
            seen.update(f"{kind}.*" for kind in self.types)
        elif self.kind == "at":
            seen.add(self.about)
        return seen
