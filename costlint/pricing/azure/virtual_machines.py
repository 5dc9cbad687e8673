"""Virtual machines with the disks declared in them."""

from __future__ import annotations

from costlint.model import Money, Resource
from costlint.pricing.azure.disks import bill_disk
from costlint.pricing.azure.machines import bill_machines, bill_windows_licence
from costlint.pricing.counts import ONE, Count
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.sections import section, sections

_SCHEDULES = "azurerm_dev_test_global_vm_shutdown_schedule"


@estimates("azurerm_linux_virtual_machine")
def linux(resource: Resource, bill: Bill) -> None:
    _machine(resource, bill, "size", windows=False)


@estimates("azurerm_windows_virtual_machine")
def windows(resource: Resource, bill: Bill) -> None:
    _machine(resource, bill, "size", windows=True)


@estimates("azurerm_virtual_machine")
def classic(resource: Resource, bill: Bill) -> None:
    """The older resource type: one for both systems, with its own names for disks."""
    for path, name in (("storage_os_disk", "OS disk"), ("storage_data_disk", "data disk")):
        for disk in sections(resource, path):
            if disk.text("create_option").lower() == "attach":
                continue
            size = disk.number("disk_size_gb", bill.constant("azure.image-gib"))
            bill_disk(bill, disk.text("managed_disk_type"), size, name=name)
    share, why = scheduled_share(bill)
    machines, machine = Count(ONE.number, why), resource.text("vm_size")
    bill_machines(bill, machine, machines, share=share)
    if resource.blocks("os_profile_windows_config"):
        bill_windows_licence(bill, machine, machines, resource.text("license_type"), share=share)


def bill_os_disk(resource: Resource, bill: Bill, machines: Count, *, windows: bool) -> None:
    """Bill the OS disk a machine or scale set declares; an ephemeral one lives on the host and is free."""
    disk = section(resource, "os_disk")
    if disk is None or disk.blocks("diff_disk_settings"):
        return
    size = disk.number("disk_size_gb", bill.constant("azure.image-gib-windows" if windows else "azure.image-gib"))
    bill_disk(bill, disk.text("storage_account_type"), size, machines, name="OS disk")


def scheduled_share(bill: Bill) -> tuple[Money | None, tuple[str, ...]]:
    """The part of the month a shutdown schedule leaves, None without one."""
    for schedule in bill.referring(_SCHEDULES):
        if schedule.flag("enabled", True):
            assumed = bill.assume("azure.schedule.office-hours-share")
            return assumed.quantity, (str(assumed),)
    return None, ()


def _machine(resource: Resource, bill: Bill, size: str, *, windows: bool) -> None:
    with bill.part("OS disk"):
        bill_os_disk(resource, bill, ONE, windows=windows)
    share, why = scheduled_share(bill)
    spot = resource.text("priority").lower() == "spot"
    machines = Count(ONE.number, why)
    bill_machines(bill, resource.text(size), machines, spot=spot, share=share)
    if windows:
        bill_windows_licence(bill, resource.text(size), machines, resource.text("license_type"), share=share)
