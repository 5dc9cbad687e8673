"""All rules of a run: found by id, name or prefix, and by the resource types they speak about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

import msgspec
from msgspec import Raw, Struct

from costlint.model import Path, Rule
from costlint.policy.compiling import Section, compile_section, covers, is_glob, types_of
from costlint.policy.documents import RuleError
from costlint.policy.reading import PatternError
from costlint.policy.schema import RuleFile, TypeRule
from costlint.spelling import nearest


class Source(Struct, frozen=True, array_like=True, dict=True):
    """A rule as read, and the file it came from as people see it. `about` is what reports show of it, `types` are the
    keys of its sections ("" that of the stack's), `whole` is all of it, decoded when one of its types occurs."""

    file: str
    about: Rule
    types: tuple[str, ...]
    whole: Raw

    @cached_property
    def rule(self) -> RuleFile:
        return msgspec.msgpack.decode(self.whole, type=RuleFile)


def source_of(file: str, rule: RuleFile) -> Source:
    """A rule that was read from a file."""
    types = tuple(dict.fromkeys(key for key, _, _ in rule.sections()))
    return Source(file, rule.rule, types, Raw(msgspec.msgpack.encode(rule)))


class RuleSet:
    """Rules with unique ids and names. Raises RuleError if two share one."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self.sources: tuple[Source, ...] = tuple(sorted(sources, key=lambda source: source.about.id))
        self.rules: tuple[Rule, ...] = tuple(source.about for source in self.sources)
        self._by_name: dict[str, Rule] = {}
        for source, rule in zip(self.sources, self.rules, strict=True):
            for name in (rule.id, rule.name):
                if name in self._by_name:
                    raise RuleError(f'"{name}" is already the rule {self._by_name[name].id}', source.file)
                self._by_name[name] = rule
        self._exact: dict[str, list[int]] = {}
        self._globs: list[int] = []
        for index, source in enumerate(self.sources):
            for key in filter(None, source.types):
                if is_glob(key):
                    self._globs.append(index)
                else:
                    for kind in types_of(key):
                        self._exact.setdefault(kind, []).append(index)
        self._sections: dict[str, list[Section]] = {}

    def __len__(self) -> int:
        return len(self.rules)

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.rules)

    def get(self, name: str) -> Rule | None:
        """The rule with this id or name (any case)."""
        return self._by_name.get(name) or self._by_name.get(name.upper()) or self._by_name.get(name.lower())

    def source(self, rule: Rule) -> Source:
        """The file a rule was read from."""
        return next(source for source in self.sources if source.about.id == rule.id)

    def named(self, selector: str) -> list[Rule]:
        """The rules a selector means: an id, a name, an id prefix (STO), a category, an alias, or all. [] if none."""
        return [rule for rule in self.rules if selects(selector, rule)]

    def near(self, name: str) -> list[str]:
        """The ids and names most like one that does not exist."""
        return nearest(name, [known for rule in self.rules for known in (rule.id, rule.name)], most=3)

    def sections(self, kind: str) -> list[Section]:
        """What the rules say about a resource type, compiled once. Raises RuleError for a rule that cannot be."""
        found = self._sections.get(kind)
        if found is None:
            found = []
            for index in sorted({*self._exact.get(kind, ()), *self._globs}):
                source, rule = self.sources[index], self.rules[index]
                found += [
                    _compiled(source, rule, about, where)
                    for key, about, where in source.rule.sections()
                    if covers(key, kind)
                ]
            self._sections[kind] = found
        return found

    def stack_sections(self) -> list[Section]:
        """The rules about a whole stack."""
        if "" not in self._sections:
            self._sections[""] = [
                _compiled(source, rule, about, where)
                for source, rule in zip(self.sources, self.rules, strict=True)
                if "" in source.types
                for _, about, where in source.rule.sections()
            ]
        return self._sections[""]


def selects(selector: str, rule: Rule) -> bool:
    """Whether a selector (id, name, id prefix, category, alias, all) means a rule."""
    text = selector.lower()
    if text in ("all", "*", rule.id.lower(), rule.name, rule.category.lower()):
        return True
    if any(text == alias.lower() for alias in rule.aliases):
        return True
    prefix = text.rstrip("*")
    id_ = rule.id if text.endswith("*") else rule.id.rstrip("0123456789")  # STO is a family; STO01 is a slip
    return bool(prefix) and id_.lower().startswith(prefix)


def any_selects(selectors: Sequence[str], rule: Rule) -> bool:
    return any(selects(selector, rule) for selector in selectors)


def _compiled(source: Source, rule: Rule, about: TypeRule, where: Path) -> Section:
    try:
        return compile_section(source.rule, about, where, rule)
    except PatternError as error:
        place = ".".join(map(str, error.path))
        raise RuleError(f"{place}: {error.message}" if place else error.message, source.file) from None
