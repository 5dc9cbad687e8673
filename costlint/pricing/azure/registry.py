"""Container registries and backup vaults."""

from __future__ import annotations

from costlint.model import Resource
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.quantities import above

_TIERS = ("basic", "standard", "premium")
_REDUNDANCY = {"georedundant": "grs", "locallyredundant": "lrs", "zoneredundant": "zrs"}


@estimates("azurerm_container_registry")
def container_registry(resource: Resource, bill: Bill) -> None:
    """A daily fee per region, and storage beyond what the tier includes."""
    tier = resource.text("sku").lower()
    if tier not in _TIERS:
        bill.unpriced(f"the registry tier {tier!r} is not read")
        return
    days = bill.hours / bill.constant("azure.hours-per-day")
    regions = 1 + len(resource.blocks("georeplications"))
    name = f"{tier} registry" + (f" in {regions} regions" if regions > 1 else "")
    bill.add(name, f"container-registry.registry-usage-{tier}", "day", days * regions)
    kept = "-expiring" if resource.number("retention_policy_in_days") else ""
    stored = bill.assume(f"azure.container-registry.stored-gb{kept}")
    beyond = above(stored.quantity, bill.constant(f"azure.container-registry.included-gb-{tier}")).times(regions)
    if beyond.high:
        bill.assumed("further storage", "container-registry.storage-over-10gb", "gb-month", beyond, stored)


@estimates("azurerm_recovery_services_vault")
def recovery_vault(resource: Resource, bill: Bill) -> None:
    """What is protected carries the charge."""
    bill.free()


@estimates("azurerm_backup_protected_vm")
def protected_vm(resource: Resource, bill: Bill) -> None:
    bill.add("protected instance", "recovery-services-vault.instance-backup-under-500-gb", "month", 1)
    vaults = bill.referred("azurerm_recovery_services_vault")
    mode = vaults[0].text("storage_mode_type").lower() if vaults else "georedundant"
    sku = f"recovery-services-vault.{_REDUNDANCY.get(mode, mode)}-data-stored"
    bill.usage("backup storage", sku, "gb-month", "azure.backup.stored-gb")


@estimates("azurerm_backup_protected_file_share")
def protected_file_share(resource: Resource, bill: Bill) -> None:
    bill.add("protected share", "recovery-services-vault.instance-backup-azure-files", "month", 1)


@estimates("azurerm_container_registry_task")
def registry_task(resource: Resource, bill: Bill) -> None:
    bill.usage("build time", "container-registry.task-vcpu", "vcpu-second", "azure.container-registry.task-seconds")
