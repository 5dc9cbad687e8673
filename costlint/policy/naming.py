"""What a value is called where it is written: a person who edits the line looks for that, not for the attribute."""

from __future__ import annotations

import re

from costlint.model import Location, Path, Resource, Span
from costlint.policy.reach import ARGUMENT, VARIABLE

_NAME = re.compile(r"[A-Za-z_][\w-]*")
_INPUTS = "inputs."
_VARIABLES = (".tfvars", ".tfvars.json", ".hcl", ".hcl.json")


def written_as(span: Span, path: Path, resource: Resource) -> str:
    """What the value of an attribute is called at `span`, a step of the way to its literal: `cluster_version`,
    `default` of a variable, `instance_types[]` for an item of a list written there; "" for the attribute itself, and
    where no single name says it."""
    location = resource.locator.locate(path)
    if location is None or not location.exact:
        return ""
    step = next((origin for origin in location.chain if origin.span == span), None)
    if step is None or (step is location.chain[0] and ARGUMENT not in step.what and not step.what.startswith(_INPUTS)):
        return ""
    what = location.name.partition(": ")[2] if span == location.span else step.what
    name = re.split(r"[ .]", what)[-1]
    if what == f"{VARIABLE}{name}" and not span.file.endswith(_VARIABLES):
        name = "default"
    if not _NAME.fullmatch(name):
        return ""
    return f"{name}[]" if isinstance(path[-1], int) and _in_a_list(location, path, resource) else name


def _in_a_list(location: Location, path: Path, resource: Resource) -> bool:
    around = resource.locator.locate(path[:-1])
    return around is not None and around.span != location.span and _holds(around.span, location.span)


def _holds(outer: Span, inner: Span) -> bool:
    starts = (outer.line, outer.column) <= (inner.line, inner.column)
    ends = (inner.end_line, inner.end_column) <= (outer.end_line, outer.end_column)
    return outer.file == inner.file and starts and ends
