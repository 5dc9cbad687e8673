"""Values that rules compute: what templates may name, and literals, expressions and references turned into values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from costlint.model import Estimate, LinkedStr, Patch, Path, Reference, lookup, parse_path
from costlint.policy.facts import RESOURCE_FACTS, copies, monthly
from costlint.policy.families import FAMILIES, facts_of, families_of
from costlint.policy.messages import Values, evaluate, is_expression, known, render
from costlint.policy.reading import PatternError
from costlint.policy.stack_facts import STACK_FACTS, count_of
from costlint.policy.subject import Subject

Computed: TypeAlias = Callable[[Subject, Values], object]

_DEEPEST = 12


class Nothing(Exception):
    """There is nothing to propose here: the value a proposal needs does not exist (no successor in this region)."""


def compile_computed(spec: object, where: Path, depth: int = 0) -> Computed:
    """A value in a proposal: a literal, `{{ expression }}` (type kept), text with `{{ }}` in it, {ref: attribute} for
    a reference to the matched resource (with `of: type` to one linked to it, with `added: type` to the one the same
    proposal adds), {refs: attribute, of: type} for references to all linked to it, {value_of: path} for what is
    written there, {join: […]} for a text with references in it, or maps and lists of these. Raises PatternError."""
    if depth > _DEEPEST:
        raise PatternError("nested too deeply", where)
    if isinstance(spec, str) and ("{{" in spec or "{%" in spec):
        return _template(spec, where)
    if isinstance(spec, dict):
        if "ref" in spec and set(spec) <= {"ref", "of"}:
            return _reference(str(spec["ref"]), spec.get("of", ""))
        if set(spec) == {"refs", "of"}:
            return _references(str(spec["refs"]), str(spec["of"]))
        if set(spec) in ({"ref", "added"}, {"ref", "added", "name"}):
            return _to_added(str(spec["ref"]), str(spec["added"]), str(spec.get("name", "")))
        if set(spec) == {"value_of"}:
            return _copy(str(spec["value_of"]))
        if set(spec) == {"join"} and isinstance(spec["join"], list):
            return _joined([compile_computed(item, (*where, "join"), depth + 1) for item in spec["join"]])
        members = {key: compile_computed(item, (*where, key), depth + 1) for key, item in spec.items()}
        return lambda subject, values: _without_none({key: m(subject, values) for key, m in members.items()})
    if isinstance(spec, list):
        items = [compile_computed(item, (*where, index), depth + 1) for index, item in enumerate(spec)]
        return lambda subject, values: [item(subject, values) for item in items]
    return lambda subject, values: spec


def _reference(attribute: str, kind: str) -> Computed:
    def compute(subject: Subject, _: Values) -> object:
        address = subject.resource.address
        if kind:
            linked = subject.context.view.linked(address, kind)
            if not linked:
                raise Nothing
            address = linked[0].address
        return Reference(address, attribute)

    return compute


def _references(attribute: str, kind: str) -> Computed:
    def compute(subject: Subject, _: Values) -> object:
        linked = subject.context.view.linked(subject.resource.address, kind)
        return [Reference(other.address, attribute) for other in linked] or None

    return compute


def _to_added(attribute: str, kind: str, name: str) -> Computed:
    return lambda subject, _: Reference(sibling_address(subject, kind, name), attribute)


def sibling_address(subject: Subject, kind: str, name: str = "") -> str:
    """Where a resource added beside the subject stands: `module.a.aws_s3_bucket.b["x"]` → `module.a.<kind>.b["x"]`,
    numbered if that is taken. In `name` an asterisk stands for the subject's own: `*_stop` → `b_stop["x"]`."""
    resource, view = subject.resource, subject.context.view
    if subject.stack:
        head, own = "", "main"
    else:
        head, _, own = resource.address.rpartition(f"{resource.type}.")
    block, bracket, index = own.partition("[")
    if name:
        block, bracket, index = (name.replace("*", block), bracket, index) if "*" in name else (name, "", "")
    own = f"{block}{bracket}{index}"
    address, number = f"{head}{kind}.{own}", 2
    while address in view.resources:
        address, number = f"{head}{kind}.{block}_{number}{bracket}{index}", number + 1
    return address


def _copy(path: str) -> Computed:
    """An attribute of the resource as it stands, references included; None (left out of a map) if it has none."""
    steps = parse_path(path)
    return lambda subject, _: lookup(subject.resource.attributes, steps)


def _joined(parts: list[Computed]) -> Computed:
    """A text as Terraform writes it: references stand in it as `${address.attribute}`."""

    def compute(subject: Subject, values: Values) -> object:
        found = [part(subject, values) for part in parts]
        text = "".join(f"${{{part}}}" if isinstance(part, Reference) else str(part) for part in found)
        return LinkedStr(text, tuple(part for part in found if isinstance(part, Reference)))

    return compute


def _without_none(values: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in values.items() if value is not None}


def _template(text: str, where: Path) -> Computed:
    fact = _named_fact(text)
    if fact is not None:
        return fact
    if not is_expression(text):
        return lambda subject, values: render(text, values, where)

    def compute(subject: Subject, values: Values) -> object:
        value = evaluate(text, values, where)
        if value is None:
            raise Nothing
        return value

    return compute


def _named_fact(text: str) -> Computed | None:
    """A template that is one fact and nothing else needs no template engine."""
    name = text[2:-2].strip()
    fact = RESOURCE_FACTS.get(name) if is_expression(text) and name.startswith(("instance.", "support.")) else None
    if fact is None:
        return None

    def compute(subject: Subject, values: Values) -> object:
        value = evaluate(text, values) if subject.stack else known(fact(subject))
        if value is None:
            raise Nothing
        return value

    return compute


class _Facts:
    """`instance`, `support`, `pod`, `node`, `server`, `inside` and the others in templates: looked up when named."""

    def __init__(self, prefix: str, subject: Subject) -> None:
        self._prefix = prefix
        self._subject = subject

    def __getitem__(self, name: str) -> object:
        path = f"{self._prefix}.{name}"
        facts = facts_of(self._prefix) if self._prefix in FAMILIES else RESOURCE_FACTS
        return facts[path](self._subject)


class _Counts:
    def __init__(self, subject: Subject) -> None:
        self._subject = subject

    def __getitem__(self, kind: str) -> object:
        return count_of(kind)(self._subject)


class _Nested:
    def __init__(self, prefix: str, subject: Subject) -> None:
        self._prefix = prefix
        self._subject = subject

    def __getitem__(self, name: str) -> object:
        return STACK_FACTS[f"{self._prefix}.{name}"](self._subject)


class Lazy(Mapping[str, object]):
    """`values_of` a subject, worked out when a template first asks for one of them."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._found: dict[str, Any] | None = None

    def __getitem__(self, name: str) -> object:
        return self._values()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values())

    def __len__(self) -> int:
        return len(self._values())

    def _values(self) -> dict[str, Any]:
        if self._found is None:
            self._found = values_of(self._subject)
        return self._found


def proposed(subject: Subject, patch: Patch, estimates: Mapping[str, Estimate]) -> Values:
    """`values_of` the subject as a patch leaves it, for messages that compare both; nothing if the patch removes it.
    `estimates` are those of what the patch changes."""
    context = subject.context
    view = context.view.patched(patch)
    resource = view.get(subject.resource.address)
    if resource is None:
        return {}
    changed = Subject(resource, context.on(view, {**context.estimates, **estimates}), stack=subject.stack)
    element = lookup(resource.attributes, subject.prefix) if subject.prefix else None
    return Lazy(changed.at(element, subject.prefix) if isinstance(element, Mapping) else changed)


def values_of(subject: Subject, **more: object) -> dict[str, Any]:
    """What templates may name: the attributes of the element or resource, then facts; `more` wins."""
    stack = subject.context.view.stack
    if subject.stack:
        facts = {name: fact(subject) for name, fact in STACK_FACTS.items() if "." not in name}
        commitment, counts = _Nested("commitment", subject), _Counts(subject)
        return {
            **facts,
            "commitment": commitment,
            "count": counts,
            "region": _Nested("region", subject),
            "config": subject.context.config,
            "environment": _environment(subject),
            "stack": stack.name,
            **more,
        }
    resource = subject.resource
    element: Mapping[str, object] = subject.element if subject.prefix else {}
    return {
        **{path: value for path, value in resource.defaults.items() if "." not in path},
        **{key: value for key, value in resource.attributes.items() if value is not None},
        **_element_defaults(subject),
        **element,
        "address": resource.address,
        "resource_type": resource.type,
        "resource": resource.attributes,
        "region": resource.region.name,
        "environment": _environment(subject),
        "nonprod": subject.environment.kind == "nonprod",
        "tags": resource.tags,
        "monthly": monthly(subject),
        "copies": copies(subject),
        "missing_tags": RESOURCE_FACTS["missing_tags"](subject),
        "instance": _Facts("instance", subject),
        "support": _Facts("support", subject),
        **{name: _Facts(name, subject) for name in families_of(resource)},
        "config": subject.context.config,
        "stack": stack.name,
        **more,
    }


def _environment(subject: Subject) -> str:
    return subject.environment.name or subject.environment.kind or "unknown"


def _element_defaults(subject: Subject) -> dict[str, object]:
    if not subject.prefix or not subject.resource.defaults:
        return {}
    names = ".".join(step for step in subject.prefix if isinstance(step, str)) + "."
    defaults = subject.resource.defaults.items()
    return {path.removeprefix(names): value for path, value in defaults if path.startswith(names)}
