"""Proposals: what a rule would change, as edits of a patch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

from costlint.model import (
    AddBlock,
    AddResource,
    Edit,
    Patch,
    Path,
    RemoveResource,
    RemoveValue,
    SetValue,
    lookup,
    parse_path,
)
from costlint.policy.equality import same
from costlint.policy.facts import instance_path
from costlint.policy.messages import Values
from costlint.policy.proposals import proposal
from costlint.policy.reading import PatternError
from costlint.policy.schema import TypeRule
from costlint.policy.subject import Subject
from costlint.policy.values import Computed, Lazy, Nothing, compile_computed, sibling_address

Edits: TypeAlias = tuple[Edit, ...]
Step: TypeAlias = Callable[[Subject, Values], list[Edit]]


class Proposer(NamedTuple):
    """A compiled proposal. `steps` give the edits; `search` (if any) gives alternatives to choose the cheapest of."""

    steps: tuple[Step, ...]
    search: Callable[[Subject], list[Edits]] | None

    def candidates(self, subject: Subject) -> list[Edits]:
        """Alternatives, each a tuple of edits. Raises Nothing if there is nothing to propose, UnknownValue if what to
        propose cannot be known."""
        if self.search is not None:
            found = [edits for edits in self.search(subject) if edits]
            if not found:
                raise Nothing
            return found
        values = Lazy(subject)
        edits = tuple(edit for step in self.steps for edit in step(subject, values))
        if self.steps and not edits:
            raise Nothing
        return [edits]


def compile_proposal(rule: TypeRule, where: Path = ()) -> Proposer:
    """Compile `change`, `add`, `remove` and `propose`. Raises PatternError."""
    steps: list[Step] = []
    if rule.change:
        steps += [_change(path, spec, (*where, "change", path)) for path, spec in rule.change.items()]
    additions = [rule.add] if isinstance(rule.add, dict) else rule.add
    steps += [_add(spec, (*where, "add")) for spec in additions]
    removals = [rule.remove] if isinstance(rule.remove, str) else rule.remove
    steps += [_removal(spec, (*where, "remove")) for spec in removals if spec]
    search = _search(rule.propose, (*where, "propose")) if rule.propose else None
    if search and steps:
        raise PatternError("propose stands alone: without change, add and remove", (*where, "propose"))
    return Proposer(tuple(steps), search)


def _change(path: str, spec: object, where: Path) -> Step:
    computed = None if spec is None else compile_computed(spec, where)
    return lambda subject, values: _changed(path, computed, subject, values)


def _changed(path: str, computed: Computed | None, subject: Subject, values: Values) -> list[Edit]:
    resource = subject.resource
    full = place(path, subject)
    before = lookup(resource.attributes, full)
    if computed is None:
        return [] if before is None else [RemoveValue(resource.address, full)]
    value = computed(subject, values)
    named = ".".join(step for step in full if isinstance(step, str))
    current = resource.defaults.get(named) if before is None else before
    return [] if same(current, value) is True else [SetValue(resource.address, full, value)]


def place(path: str, subject: Subject) -> Path:
    """The path in the resource that a rule's path stands for. Raises Nothing for `instance.type` of a type without."""
    if path == "instance.type":
        path = instance_path(subject)
        if not path:
            raise Nothing
    if path.startswith("resource.") and subject.prefix:
        return parse_path(path.removeprefix("resource."))
    return (*subject.prefix, *parse_path(path.removeprefix(".")))


def _add(spec: Mapping[str, Any], where: Path) -> Step:
    if set(spec) == {"block", "values"} and isinstance(spec["block"], str):
        return _add_block(spec["block"], compile_computed(spec["values"], (*where, "values")))
    if {"resource", "attributes"} <= set(spec) <= {"resource", "attributes", "name"}:
        return _add_resource(
            str(spec["resource"]), compile_computed(spec["attributes"], (*where, "attributes")), spec.get("name", "")
        )
    raise PatternError("expected {block: path, values: …} or {resource: type, attributes: …}", where)


def _add_block(path: str, computed: Computed) -> Step:
    def step(subject: Subject, values: Values) -> list[Edit]:
        block = computed(subject, values)
        assert isinstance(block, dict)
        return [AddBlock(subject.resource.address, place(path, subject), block)]

    return step


def _add_resource(kind: str, computed: Computed, name: str) -> Step:
    def step(subject: Subject, values: Values) -> list[Edit]:
        attributes = computed(subject, values)
        assert isinstance(attributes, dict)
        address = sibling_address(subject, kind, name)
        return [AddResource(address, kind, subject.resource.address, attributes)]

    return step


def _removal(spec: str | Mapping[str, str], where: Path) -> Step:
    if isinstance(spec, str):
        return _remove(spec)
    if set(spec) != {"linked", "via"}:
        raise PatternError("expected a path, resource, element or {linked: type, via: attribute}", where)
    return _remove_linked(spec["linked"], spec["via"])


def _remove_linked(kind: str, via: str) -> Step:
    """Take what the resource's attribute `via` leads to along, unless another resource of its type uses it too."""

    def step(subject: Subject, values: Values) -> list[Edit]:
        view, own = subject.context.view, subject.resource
        targets = dict.fromkeys(edge.target for edge in view.outgoing(own.address) if edge.path[0] == via)
        return [
            RemoveResource(target)
            for target in targets
            if view.resources[target].type == kind
            and all(user.address == own.address for user in view.linked(target, own.type))
        ]

    return step


def _remove(path: str) -> Step:
    def step(subject: Subject, values: Values) -> list[Edit]:
        address = subject.resource.address
        if path == "resource":
            return [RemoveResource(address)]
        full = subject.prefix if path == "element" else place(path, subject)
        return [] if lookup(subject.resource.attributes, full) is None else [RemoveValue(address, full)]

    return step


def _search(spec: str | Mapping[str, Any], where: Path) -> Callable[[Subject], list[Edits]]:
    options: dict[str, Any] = {"name": spec} if isinstance(spec, str) else dict(spec)
    name = options.pop("name", "")
    function = proposal(str(name))
    if function is None:
        raise PatternError(f'there is no proposal "{name}"', where)
    return lambda subject: [tuple(edits) for edits in function(subject, options)]


def combined(edits: list[Edit]) -> Patch:
    """One patch of the edits of several instances. Items removed from one list go last and from the end, so that
    indexes stay true."""
    try:
        unique = list(dict.fromkeys(edits))
    except TypeError:  # blocks and resources hold values that cannot be hashed
        unique = edits
    removed = [edit for edit in unique if isinstance(edit, RemoveValue) and isinstance(edit.path[-1], int)]
    rest = [edit for edit in unique if not (isinstance(edit, RemoveValue) and isinstance(edit.path[-1], int))]
    return Patch((*rest, *sorted(removed, key=lambda edit: (edit.address, str(edit.path[:-1]), -int(edit.path[-1])))))
