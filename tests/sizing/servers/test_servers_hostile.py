"""Nothing in a manifest breaks the reading of servers: each value of each form is replaced by what it should not be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import inf, nan
from pathlib import Path
from typing import cast

import pytest

from costlint.clusters.workloads import pod_groups
from costlint.graph import View
from costlint.model import UNKNOWN, Resource, Stack
from costlint.model import Path as Steps
from costlint.readers.kubernetes.manifests import parsed
from costlint.readers.kubernetes.read import stack_of
from costlint.sizing.servers import servers_in

FORMS = sorted((Path(__file__).parent / "forms").glob("*.yaml"))
VALUES: tuple[object, ...] = (
    UNKNOWN,
    [UNKNOWN],
    {"a": UNKNOWN},
    [],
    {},
    "",
    None,
    True,
    -1,
    inf,
    nan,
    10**400,
    "²",
    "9" * 5000,
)


def steps_of(value: object, at: Steps = ()) -> Iterator[Steps]:
    """The place of every value in it."""
    inside = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inside:
        yield (*at, key)
        yield from steps_of(one, (*at, key))


def replaced(value: object, at: Steps, by: object) -> object:
    if not at:
        return by
    copy = list(value) if isinstance(value, list) else dict(cast("Mapping[str, object]", value))
    copy[at[0]] = replaced(copy[at[0]], at[1:], by)  # type: ignore[index]
    return copy


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.stem)
def test_no_value_breaks_the_reading_of_a_form(form: Path) -> None:
    resources = stack_of([parsed(form.read_bytes(), form.name, form.name)], "", "").resources
    for index, resource in enumerate(resources):
        for at in steps_of(resource.attributes):
            for value in VALUES:
                other = having(resource, at, value)
                stack = Stack("a", "kubernetes", "", resources=[*resources[:index], other, *resources[index + 1 :]])
                view = View(stack)
                assert isinstance(servers_in(stack.resources, view), list), (at, value)
                assert isinstance(pod_groups(other), list), (at, value)


def having(resource: Resource, at: Steps, value: object) -> Resource:
    attributes = replaced(resource.attributes, at, value)
    return resource.having(cast("dict[str, object]", attributes), {})
