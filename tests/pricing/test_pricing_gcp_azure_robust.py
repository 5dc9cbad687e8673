"""Every Google Cloud and Azure estimator against input nobody wrote with care."""

from __future__ import annotations

import pytest
from stack_of import catalog, estimate_of, resource

from costlint.model import UNKNOWN, PartialList, PartialMap
from costlint.pricing.estimators import estimated_types

TYPES = sorted(kind for kind in estimated_types() if kind.startswith(("google_", "azurerm_")))


def test_every_asked_for_family_has_an_estimator() -> None:
    assert len([kind for kind in TYPES if kind.startswith("google_")]) >= 60
    assert len([kind for kind in TYPES if kind.startswith("azurerm_")]) >= 80


@pytest.mark.parametrize("kind", TYPES)
def test_an_empty_resource_gets_an_estimate(kind: str) -> None:
    estimate = estimate_of(resource(f"{kind}.empty"))
    assert estimate.monthly.low <= estimate.monthly.likely <= estimate.monthly.high


@pytest.mark.parametrize("kind", TYPES)
def test_a_resource_of_unknowns_says_so_or_needs_none_of_them(kind: str) -> None:
    one = resource(f"{kind}.unknown")
    one.attributes = PartialMap()
    estimate = estimate_of(one)
    assert estimate.components or estimate.unpriced or estimate.free


@pytest.mark.parametrize("kind", TYPES)
def test_unknown_blocks_never_end_in_an_exception(kind: str) -> None:
    names = ("settings", "node_config", "sku", "os_disk", "template", "rule", "boot_disk", "autoscaling", "profile")
    odd = {name: value for name in names for value in (UNKNOWN,)}
    estimate_of(resource(f"{kind}.odd", **odd))
    estimate_of(resource(f"{kind}.odd", **{name: PartialList([{}]) for name in names}))


TEXTS = (
    "sku", "sku_name", "size", "vm_size", "tier", "machine_type", "type", "location", "memory", "kind", "family",
    "account_tier", "accelerator_type", "storage_account_type", "instance_type", "node_type", "edition",
)  # fmt: skip


@pytest.mark.parametrize("kind", TYPES)
def test_odd_text_never_ends_in_an_exception(kind: str) -> None:
    for text in ("", "Odd_9_x", "EP7", "%", "1e9", "ünï"):
        estimate_of(resource(f"{kind}.odd", **dict.fromkeys(TEXTS, text)))


def test_every_assumption_is_ordered_dated_and_sourced() -> None:
    for key, assumption in catalog().assumptions().items():
        if key.startswith(("gcp.", "azure.")):
            low, likely, high = assumption.quantity
            assert 0 <= low <= likely <= high, key
            assert assumption.source, key
            assert assumption.date >= "2026-01-01", key
