"""The node pools of a stack, of every kind of resource that declares some."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import costlint.clusters.cloud_pools
import costlint.clusters.provisioned  # noqa: F401  (both register their readers)
from costlint.catalog import Catalog
from costlint.clusters.pools import READERS, Neighbours, Pool
from costlint.model import Resource, is_unknown


def pools(resources: Iterable[Resource], everything: Mapping[str, Resource], catalog: Catalog) -> list[Pool]:
    """The node pools among the resources, in their order; `everything` is the stack by address. Of those whose number
    is unknown nothing is said."""
    neighbours = Neighbours(everything, catalog)
    found: list[Pool] = []
    for resource in resources:
        reader = READERS.get(resource.type)
        if reader is not None and not resource.data and not is_unknown(resource.exists):
            found += reader(resource, neighbours)
    return found


def pool_types() -> frozenset[str]:
    """Every type that declares node pools, itself or among other things."""
    return frozenset(READERS)
