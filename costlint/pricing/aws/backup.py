"""AWS Backup: a vault holds a full copy of what is protected and what changed in the days its plans keep.
Prices: aws.amazon.com/backup/pricing."""

from __future__ import annotations

from costlint.catalog import Assumption
from costlint.model import Money, Resource
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.quantities import product
from costlint.pricing.sections import sections

_VAULT, _PLAN = "aws_backup_vault", "aws_backup_plan"
_STORAGE = "backup-vault.ebs-snapshot"


@estimates(_VAULT)
def backup_vault(resource: Resource, bill: Bill) -> None:
    """As much as the rule that keeps it longest; one full copy where no plan of the stack fills the vault."""
    days = [
        _days_kept(keeping, bill)
        for plan in bill.of_type(_PLAN)
        for rule in sections(plan, "rule")
        for keeping in _keeping(rule, resource, bill)
    ]
    longest = max(days, key=lambda kept: kept[0].likely, default=None)
    if longest is None:
        bill.usage("recovery points", _STORAGE, "gb-month", "aws.backup.stored-gb")
        return
    quantity, basis = _stored(bill, *longest)
    bill.assumed("recovery points", _STORAGE, "gb-month", quantity, *basis)


@estimates(_PLAN)
def backup_plan(resource: Resource, bill: Bill) -> None:
    """Plans are free; copies they send go to another vault, billed here where that is not part of the stack."""
    bill.free()
    full, changed = bill.assume("aws.backup.stored-gb"), bill.assume("aws.backup.daily-change-share")
    for rule in sections(resource, "rule"):
        for copy in sections(rule, "copy_action"):
            vault = bill.follow(copy.get("destination_vault_arn"), _VAULT)
            if vault is None:
                quantity, basis = _stored(bill, *_days_kept(copy, bill))
                bill.assumed("copies in another vault", _STORAGE, "gb-month", quantity, *basis)
            if vault is None or vault.region.name != bill.region:
                sent = product(full.quantity, changed.quantity, bill.days)
                bill.assumed("copies sent", "data-transfer.inter-region", "gb", sent, full, changed)


def _keeping(rule: Resource, vault: Resource, bill: Bill) -> list[Resource]:
    """The rule if it fills the vault, and its copy actions that do."""
    target = rule.get("target_vault_name")
    named = isinstance(target, str) and target == vault.get("name")
    copies = sections(rule, "copy_action")
    found = [copy for copy in copies if _leads_to(vault, copy.get("destination_vault_arn"), bill)]
    return [rule, *found] if named or _leads_to(vault, target, bill) else found


def _leads_to(vault: Resource, value: object, bill: Bill) -> bool:
    followed = bill.follow(value, _VAULT)
    return followed is not None and followed.address == vault.address


def _days_kept(keeping: Resource, bill: Bill) -> tuple[Money, tuple[Assumption, ...]]:
    """Days recovery points are kept; an assumed age where nothing deletes them. Raises UnknownValue."""
    days = keeping.number("lifecycle.delete_after")
    if days:
        return Money.exactly(days), ()
    age = bill.assume("aws.backup.accumulated-days")
    return age.quantity, (age,)


def _stored(bill: Bill, days: Money, basis: tuple[Assumption, ...]) -> tuple[Money, tuple[Assumption, ...]]:
    full, changed = bill.assume("aws.backup.stored-gb"), bill.assume("aws.backup.daily-change-share")
    further = product(full.quantity, changed.quantity, days)
    return full.quantity + further, (full, changed, *basis)
