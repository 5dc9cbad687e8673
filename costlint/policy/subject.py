"""What a pattern is tested on: a resource (or one element of it, or the stack) and what surrounds it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from msgspec import Struct, field

from costlint.catalog import Catalog
from costlint.graph import View
from costlint.model import Environment, Estimate, Path, Resource
from costlint.policy.schema import Supported

Pricer: TypeAlias = Callable[[View, Iterable[str]], dict[str, Estimate]]
"""Prices the resources at these addresses as a view shows them."""

_EMPTY: Mapping[str, object] = {}


class Context(Struct):
    """The view a pattern looks at and the facts it may ask for. `config` holds what the user configured
    (required_tags, budget …). `memory` keeps answers that hold for patched views too, `answers` those about this
    view alone."""

    view: View
    estimates: Mapping[str, Estimate]
    catalog: Catalog
    as_of: datetime.date
    config: Mapping[str, object] = field(default_factory=dict)
    price: Pricer | None = None
    memory: dict[Any, Any] = field(default_factory=dict)
    answers: dict[Any, Any] = field(default_factory=dict)

    def on(self, view: View, estimates: Mapping[str, Estimate]) -> Context:
        """The same surroundings with a patched view and its estimates."""
        return Context(view, estimates, self.catalog, self.as_of, self.config, self.price, self.memory)


class Subject:
    """One candidate. `element` and `prefix` are set inside `each` and nested patterns: the block (or list item)
    and where it stands. `shape` and `support` are what the rule says about the type. For stack rules `resource`
    is the costliest resource, and `stack` is True."""

    __slots__ = ("context", "element", "environment", "prefix", "resource", "shape", "stack", "support")

    def __init__(
        self,
        resource: Resource,
        context: Context,
        shape: str = "",
        support: Supported | None = None,
        *,
        stack: bool = False,
    ) -> None:
        self.resource = resource
        self.context = context
        self.shape = shape
        self.support = support
        self.stack = stack
        self.element: Mapping[str, object] = _EMPTY
        self.prefix: Path = ()
        self.environment: Environment = context.view.stack.environment if stack else resource.environment

    def at(self, element: Mapping[str, object], prefix: Path) -> Subject:
        """The same resource seen from one of its elements."""
        inner = Subject(self.resource, self.context, self.shape, self.support, stack=self.stack)
        inner.element = element
        inner.prefix = prefix
        inner.environment = self.environment
        return inner

    def other(self, resource: Resource) -> Subject:
        """Another resource in the same surroundings."""
        return Subject(resource, self.context)
