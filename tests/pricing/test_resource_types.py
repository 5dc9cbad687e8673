from __future__ import annotations

import re

import pytest
from resource_types import PAGE, kinds, page

from costlint.pricing.estimators import estimated_types

KINDS = {kind.name: kind for kind in kinds()}


def test_the_table_of_types_follows_the_estimators() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run make types"


def test_enough_is_priced_and_known_to_be_free() -> None:
    head = page().partition("- *fixed*")[0]
    priced, free = (int(number.replace(",", "")) for number in re.findall(r"\*\*([\d,]+)\*\*", head))
    assert priced >= 150
    assert free >= 900
    assert priced == sum(bool(kind.parts) for kind in KINDS.values())


def test_every_type_with_an_estimator_is_in_the_table() -> None:
    text = page()
    assert set(KINDS) == {kind for kind in estimated_types() if "_" in kind}  # the others are kinds of Kubernetes
    assert [name for name in KINDS if f"`{name}`" not in text] == []


def test_a_type_that_is_neither_priced_nor_free_says_why() -> None:
    silent = [kind.name for kind in KINDS.values() if not kind.parts and not kind.free and not kind.reason]
    assert silent == []
    assert "node-hours" in KINDS["aws_memorydb_cluster"].reason
    assert "| `aws_memorydb_cluster` |" in page().partition("## Without a price")[2].partition("## Free")[0]


@pytest.mark.parametrize(
    ("name", "priced", "free", "part"),
    [
        ("aws_nat_gateway", "fixed + usage", False, "data processed"),
        ("aws_sqs_queue", "usage", False, "requests"),
        ("aws_kms_replica_key", "fixed", False, "key"),
        ("aws_acm_certificate", "fixed", True, "private certificate"),
        ("google_pubsub_topic", "usage", False, "publish"),
        ("azurerm_virtual_hub", "fixed", False, "virtual hub"),
    ],
)
def test_how_a_type_is_priced_is_read_off_its_estimator(name: str, priced: str, free: bool, part: str) -> None:
    kind = KINDS[name]
    assert (kind.priced, kind.free) == (priced, free)
    assert any(part in found.name for found in kind.parts)


def test_no_counted_name_is_left_empty() -> None:
    for kind in KINDS.values():
        assert all(part.name.strip() for part in kind.parts), kind
