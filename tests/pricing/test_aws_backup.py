"""Backup vaults hold a full copy and the changes of the days their plans keep."""

from __future__ import annotations

import pytest
from aws_stack import estimate_of, monthly, ref, resource

from costlint.model import UNKNOWN, Resource

VAULT = resource("aws_backup_vault.v", name="v")
FULL, CHANGED, STORAGE = 100, 0.01, 0.05


def plan(copy: object = None, **rule: object) -> Resource:
    made = {"rule_name": "daily", "target_vault_name": ref("aws_backup_vault.v", "name"), **rule}
    return resource("aws_backup_plan.p", rule=[{**made, "copy_action": [copy] if copy else []}])


def kept(days: float) -> float:
    return FULL * (1 + CHANGED * days) * STORAGE


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ([], FULL * STORAGE),
        ([plan(lifecycle=[{"delete_after": 35}])], kept(35)),
        ([plan(lifecycle=[{"delete_after": 35}], target_vault_name="v")], kept(35)),
        ([plan()], kept(365)),
        ([plan(target_vault_name="other")], FULL * STORAGE),
    ],
    ids=["no plan", "35 days", "named in plain text", "never deleted", "another vault"],
)
def test_a_vault_holds_what_its_plans_keep(others: list[Resource], expected: float) -> None:
    assert monthly(VAULT, *others) == pytest.approx(expected)


def test_a_copy_fills_the_vault_it_goes_to() -> None:
    far = resource("aws_backup_vault.far", "us-east-2", name="far")
    copying = plan({"destination_vault_arn": ref("aws_backup_vault.far", "arn"), "lifecycle": [{"delete_after": 10}]})
    sent = FULL * CHANGED * 365 / 12 * 0.02
    assert monthly(far, VAULT, copying) == pytest.approx(kept(10))
    assert monthly(copying, VAULT, far) == pytest.approx(sent)


def test_a_copy_to_a_vault_outside_the_stack_is_billed_with_the_plan() -> None:
    copying = plan({"destination_vault_arn": "arn:aws:backup:eu-west-1:123456789012:backup-vault:far"})
    assert monthly(copying, VAULT) == pytest.approx(kept(365) + FULL * CHANGED * 365 / 12 * 0.02)


def test_a_plan_without_copies_is_free_and_an_unknown_retention_is_said() -> None:
    assert estimate_of(plan(), VAULT).free
    assert estimate_of(VAULT, plan(lifecycle=[{"delete_after": UNKNOWN}])).unpriced
