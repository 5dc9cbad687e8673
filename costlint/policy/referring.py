"""Whether anything uses a resource: another resource, or someone outside the stack who is handed it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from costlint.graph import block_address
from costlint.model import UNKNOWN, LinkedStr, is_unknown, references_in
from costlint.policy.subject import Context, Subject


def referenced(subject: Subject) -> object:
    """True if another resource of the stack refers to this one; UNKNOWN if only an output of the root, a data source
    or a module that is not here does, or something elsewhere is called as it; False if nothing does."""
    resource, context = subject.resource, subject.context
    users = context.view.referring(resource.address)
    if any(not is_unknown(user.exists) for user in users):
        return True
    handed = _handed_on(context)
    if users or resource.adapted or resource.address in handed or block_address(resource.address) in handed:
        return UNKNOWN
    name = resource.attributes.get("name")
    return UNKNOWN if is_unknown(name) or name in _called(context) else False


def _handed_on(context: Context) -> frozenset[str]:
    """Addresses that outputs, data sources and modules whose content is not here receive."""
    known = context.memory.get("handed on")
    if known is None:
        stack = context.view.stack
        receivers = [resource.attributes for resource in stack.resources if resource.data]
        receivers += stack.inputs_of_modules_not_here()
        found = {reference.address for inputs in receivers for _, reference in references_in(dict(inputs))}
        known = context.memory["handed on"] = stack.exported | found
    addresses: frozenset[str] = known
    return addresses


def _called(context: Context) -> frozenset[str]:
    """Literal texts that may be meant as the name of something: all but the names resources give themselves."""
    known = context.memory.get("called")
    if known is None:
        stack = context.view.stack
        written = (
            value
            for resource in stack.resources
            for key, value in resource.attributes.items()
            if key != "name" or resource.data
        )
        known = context.memory["called"] = frozenset(text for value in written for text in _texts(value))
    names: frozenset[str] = known
    return names


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str) and not isinstance(value, LinkedStr):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts(item)
