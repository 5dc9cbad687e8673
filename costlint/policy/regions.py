"""What a stack would cost in another region: every resource priced there, by the same estimators."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from costlint.graph import View
from costlint.model import UNKNOWN, Region, total
from costlint.policy.subject import Context


def cheapest_region(context: Context) -> tuple[object, object]:
    """The cheapest of the user's allowed regions and what moving the stack there saves (likely, USD/month).

    (None, None) if no allowed region is cheaper; UNKNOWN for a stack whose region is only assumed. A stack of several
    regions or providers is not moved as one, and a region where less can be priced does not compare.
    """
    resources = [r for r in context.view.resources.values() if r.provider in ("aws", "gcp", "azure")]
    allowed: Any = context.config.get("allowed_regions") or ()
    here = {(resource.provider, resource.region.name) for resource in resources}
    if context.price is None or not allowed or len(here) != 1:
        return None, None
    if any(resource.region.assumed for resource in resources):
        return UNKNOWN, UNKNOWN
    ((provider, current),) = here
    now = total(estimate.monthly for estimate in context.estimates.values()).likely
    gaps = sum(len(estimate.unpriced) for estimate in context.estimates.values())
    best: tuple[str | None, float | None] = (None, None)
    for name in allowed:
        if name == current or not context.catalog.shapes(provider, name):
            continue
        there = _moved(context, name)
        estimates = context.price(there, list(there.resources))
        if sum(len(estimate.unpriced) for estimate in estimates.values()) > gaps:
            continue
        saving = now - total(estimate.monthly for estimate in estimates.values()).likely
        if saving > (best[1] or 0.0):
            best = (name, saving)
    return best


def _moved(context: Context, name: str) -> View:
    stack = context.view.stack
    region = Region(name)
    moved = [replace(resource, region=region) for resource in context.view.resources.values()]
    return View(replace(stack, resources=moved))
