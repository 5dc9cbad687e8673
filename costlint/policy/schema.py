"""What a rule file may hold. Patterns and values inside it are checked when the rule is compiled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal, TypeAlias

from msgspec import Meta, Struct

from costlint.model import Confidence, FixSafety, Level, Path, Phase, Profile, Rule

Text: TypeAlias = Annotated[str, Meta(max_length=20_000)]
Pattern: TypeAlias = dict[str, Any]


class Group(Struct, frozen=True, forbid_unknown_fields=True):
    """Several matching resources where fewer would do. `by` says which belong together, `keep` how many stay
    (a number or an expression over `count`); linked resources of the types in `with_linked` go with those removed.
    With a `change` beside it none goes: all of them are changed."""

    by: str | dict[str, str | list[str]] = "stack"
    at_least: Annotated[int, Meta(ge=2)] = 2
    keep: int | str = 1
    with_linked: list[str] = []


class Supported(Struct, frozen=True, forbid_unknown_fields=True):
    """Which product and version decide `support.status`: a product key of the catalog (or the path of an attribute
    that holds it, mapped through `products`), and the path of the version."""

    version: str
    product: str = ""
    product_from: str = ""
    products: dict[str, str] = {}


class TypeRule(Struct, frozen=True, forbid_unknown_fields=True):
    """What a rule says about one resource type (or about the stack)."""

    when: Pattern = {}
    provider: Literal["", "aws", "gcp", "azure"] = ""
    each: str = ""
    match: Pattern = {}
    environment: str | list[str] = ""
    shape: str = ""
    support: Supported | None = None
    group: Group | None = None
    change: dict[str, Any] = {}
    add: dict[str, Any] | list[dict[str, Any]] = []
    remove: str | list[str | dict[str, str]] = []
    propose: str | dict[str, Any] = ""
    message: Text = ""
    exposure: str | float = ""
    usage: Literal["counted", "moves"] = "counted"
    profile: Literal["", "default", "audit"] = ""
    confidence: Literal["", "low", "medium", "high"] = ""


class RuleFile(Struct, frozen=True, forbid_unknown_fields=True):
    """One rule as written; `names` are empty once they stand in its patterns (`shorthand`)."""

    id: Annotated[str, Meta(pattern=r"^[A-Z][A-Z0-9]{1,7}-?[0-9]{3,4}$")]
    name: Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    title: Annotated[str, Meta(min_length=1, max_length=160)]
    practice: str
    phase: Phase
    severity: Level
    confidence: Confidence
    message: Text
    why: Text
    profile: Literal["", "default", "audit"] = ""
    category: str = ""
    scope: Literal["resource", "stack", "repository"] = "resource"
    resources: dict[str, TypeRule | list[TypeRule]] = {}
    stack: TypeRule | list[TypeRule] | None = None
    environment: str | list[str] = ""
    exposure: str | float = ""
    unpriced: Literal["", "hide", "show"] = ""
    fix: FixSafety = "manual"
    references: list[str] = []
    aliases: list[str] = []
    examples: list[dict[str, Any]] = []
    names: dict[str, str | list[str]] = {}

    def sections(self) -> Iterator[tuple[str, TypeRule, Path]]:
        """Each section with its key and its place in the file; the key of the stack's is ""."""
        if self.stack is not None:
            yield from _apart("", self.stack, ("stack",))
        for key, about in self.resources.items():
            yield from _apart(key, about, ("resources", key))

    def profile_of(self, about: TypeRule) -> Profile:
        """The profile a section speaks in: its own, the rule's, else audit for what saves nothing directly."""
        named = about.profile or self.profile
        if named:
            return named
        return "audit" if about.exposure or self.exposure else "default"

    @property
    def rule(self) -> Rule:
        """What reports show of it."""
        profiles = {self.profile_of(about) for _, about, _ in self.sections()}
        return Rule(
            id=self.id,
            name=self.name,
            title=self.title,
            practice=self.practice,
            phase=self.phase,
            severity=self.severity,
            confidence=self.confidence,
            profile=profiles.pop() if len(profiles) == 1 else "mixed",
            category=self.category,
            why=self.why,
            fix=self.fix,
            references=tuple(self.references),
            aliases=tuple(self.aliases),
        )


def _apart(key: str, about: TypeRule | list[TypeRule], where: Path) -> Iterator[tuple[str, TypeRule, Path]]:
    if isinstance(about, TypeRule):
        yield key, about, where
    else:
        yield from ((key, one, (*where, index)) for index, one in enumerate(about))


class Example(Struct, frozen=True, forbid_unknown_fields=True):
    """Files that must (`bad`) or must not (`good`) make the rule fire. Text alone is one `main.tf`, or one manifest."""

    bad: str | dict[str, str] = ""
    good: str | dict[str, str] = ""
    environment: Literal["", "prod", "nonprod"] = ""
    config: dict[str, Any] = {}
    note: str = ""
