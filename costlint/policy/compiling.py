"""Rules compiled to functions, each section once, when its resource type first occurs."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from msgspec.structs import replace

from costlint.clusters.workloads import workload_types
from costlint.model import Path, Rule, parse_path
from costlint.policy.equality import number
from costlint.policy.match import WORKLOAD, Matcher, compile_environment, compile_match
from costlint.policy.messages import check_template, is_expression
from costlint.policy.operators import SubjectTest
from costlint.policy.propose import Proposer, compile_proposal
from costlint.policy.reading import PatternError, Read, Scope, compile_path
from costlint.policy.schema import Group, RuleFile, TypeRule
from costlint.policy.values import Computed, compile_computed

_WITH_TEMPLATES = ("message", "exposure", "change", "add", "remove", "propose")


class CompiledGroup(NamedTuple):
    """`by` is "stack", "block", "module", the types of the nearest linked resource, or a path. `changes`: its members
    are changed, none goes."""

    spec: Group
    by: str
    types: tuple[str, ...]
    path: Read | None
    keep: Computed
    changes: bool


class Section(NamedTuple):
    """What one rule says about one resource type, ready to run. `rule` has the profile and confidence of the section.
    `stack`: it is about the whole stack, `repository`: about everything scanned as if it were one. `local`: the
    patterns answer alike for resources with the same attributes, tags, region and environment. `plain`: there is
    nothing but one pattern on the resource."""

    rule: Rule
    source: TypeRule
    when: Matcher | None
    each: tuple[str, ...]
    match: Matcher
    environment: SubjectTest | None
    group: CompiledGroup | None
    proposer: Proposer
    message: str
    exposure: str
    show_unpriced: bool
    usage_moves: bool
    stack: bool
    repository: bool

    local: bool
    plain: bool

    @property
    def needs_environment(self) -> bool:
        inner = self.match.environment or (self.when is not None and self.when.environment)
        return inner or self.environment is not None


def compile_section(file: RuleFile, about: TypeRule, where: Path, rule: Rule | None = None) -> Section:
    """Compile one section of a rule. Raises PatternError with the place within the file."""
    stack = file.scope != "resource"
    rule = replace(rule or file.rule, profile=file.profile_of(about), confidence=about.confidence or file.confidence)
    scope: Scope = "stack" if stack else "element" if about.each else "resource"
    environment = about.environment or file.environment
    place = (*where, "environment") if about.environment else ("environment",)
    message = about.message or file.message
    exposure = str(about.exposure or file.exposure)
    _check_exposure(exposure, (*where, "exposure") if about.exposure else ("exposure",))
    if about.provider and file.scope != "repository":
        raise PatternError("provider is for rules with scope: repository", (*where, "provider"))
    when = compile_match(about.when, "resource", (*where, "when")) if about.when else None
    match = compile_match(about.match, scope, (*where, "match"))
    extras = (when, environment, about.each, about.shape, about.support, stack)
    return Section(
        rule=rule,
        source=about,
        when=when,
        each=tuple(str(step) for step in parse_path(about.each)),
        match=match,
        environment=compile_environment(environment, place) if environment else None,
        group=_group(about.group, changes=bool(about.change), where=(*where, "group")) if about.group else None,
        proposer=compile_proposal(about, where),
        message=message,
        exposure=exposure,
        show_unpriced=_shows_unpriced(file, rule, exposure),
        usage_moves=about.usage == "moves",
        stack=stack,
        repository=file.scope == "repository",
        local=match.local and (when is None or when.local),
        plain=not any(extras),
    )


def compile_all(file: RuleFile) -> list[Section]:
    """Every section of a rule with its templates, to find its mistakes. Raises PatternError."""
    rule = file.rule
    check_templates({"message": file.message, "exposure": file.exposure}, ())
    for _, about, where in file.sections():
        check_templates({name: getattr(about, name) for name in _WITH_TEMPLATES}, where)
        check_templates(about.group.keep if about.group else "", (*where, "group", "keep"))
    return [compile_section(file, about, where, rule) for _, about, where in file.sections()]


def check_templates(value: object, where: Path) -> None:
    """Check every template in a value; else each is compiled when it is first filled in. Raises PatternError."""
    if isinstance(value, str) and ("{{" in value or "{%" in value):
        check_template(value, where)
    elif isinstance(value, dict):
        for key, item in value.items():
            check_templates(item, (*where, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            check_templates(item, (*where, index))


def covers(key: str, kind: str) -> bool:
    """Whether a key of `resources` (`a | b`, `aws_*`, `workload`) covers a resource type."""
    names = types_of(key)
    return kind in names or any(is_glob(name) and fnmatchcase(kind, name) for name in names)


def types_of(key: str) -> list[str]:
    """The types a key names, `workload` being every type that makes pods."""
    found: list[str] = []
    for name in map(str.strip, key.split("|")):
        found += sorted(workload_types()) if name == WORKLOAD else [name]
    return found


def is_glob(key: str) -> bool:
    return "*" in key or "?" in key or "[" in key


def _group(group: Group, *, changes: bool, where: Path) -> CompiledGroup:
    keep = compile_computed(group.keep, (*where, "keep"))
    if isinstance(group.by, dict):
        linked: Any = group.by.get("linked")
        types = tuple(linked) if isinstance(linked, list) else (linked,)
        if set(group.by) != {"linked"} or not all(isinstance(kind, str) for kind in types):
            raise PatternError("expected {linked: type}", (*where, "by"))
        return CompiledGroup(group, "linked", types, None, keep, changes)
    if group.by in ("stack", "block", "module"):
        return CompiledGroup(group, group.by, (), None, keep, changes)
    return CompiledGroup(group, "path", (), compile_path(group.by, "resource", (*where, "by")), keep, changes)


def _check_exposure(text: str, where: Path) -> None:
    if text in ("", "monthly", "stack", "unpriced") or number(text) is not None:
        return
    if not is_expression(text):
        raise PatternError('expected monthly, stack, unpriced or an expression: "{{ … }}"', where)


def _shows_unpriced(file: RuleFile, rule: Rule, exposure: str) -> bool:
    """Whether findings without a price are shown: of what never has one they are all there is."""
    if file.unpriced:
        return file.unpriced == "show"
    return exposure == "unpriced" or rule.confidence == "high"
