"""Which VPC a resource belongs to, and what shares it."""

from __future__ import annotations

from costlint.graph import View
from costlint.model import Resource, sources_of


def vpc_of(resource: Resource, view: View) -> str | None:
    """A key for the VPC of an endpoint, a subnet or anything in a subnet: the address it is read from (also of a
    data source), or its id as written. None if nothing tells."""
    own = resource.get("vpc_id")
    if own is not None:
        return _key(own)
    for source in sources_of(resource.get("subnet_id")):
        found = view.get(source.address) or next(iter(view.instances(source.address)), None)
        if found is not None:
            return _key(found.get("vpc_id"))
    return None


def by_vpc(view: View, *types: str) -> dict[str, list[Resource]]:
    """Resources of these types by their VPC; those whose VPC cannot be told are left out."""
    found: dict[str, list[Resource]] = {}
    for resource in view.of_type(*types):
        key = vpc_of(resource, view)
        if key is not None:
            found.setdefault(key, []).append(resource)
    return found


def _key(value: object) -> str | None:
    for source in sources_of(value):
        return source.address
    return value if isinstance(value, str) else None
