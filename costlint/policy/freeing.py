"""What a change frees of node pools: dollars that fall only once the pool has fewer nodes."""

from __future__ import annotations

from collections.abc import Mapping

from costlint.model import Freed, Money
from costlint.policy.subject import Context

_CENT = 0.005


def freed(shares: Mapping[str, Money], context: Context) -> tuple[Freed, ...]:
    """The pools a change frees a share of (or takes one up), and whether their nodes go by themselves."""
    return tuple(
        Freed(pool, amount, _scales(pool, context)) for pool, amount in shares.items() if abs(amount.likely) > _CENT
    )


def _scales(address: str, context: Context) -> bool:
    from costlint.clusters.pool_kinds import pools  # only where pods are

    resource = context.view.get(address)
    if resource is None:
        return False
    found = pools([resource], context.view.resources, context.catalog)
    return bool(found) and all(pool.scales for pool in found)
