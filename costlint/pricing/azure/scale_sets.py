"""Virtual machine scale sets: machines × instances, bounded by a monitor autoscale setting."""

from __future__ import annotations

from costlint.model import Resource
from costlint.pricing.azure.disks import bill_disk
from costlint.pricing.azure.machines import bill_machines, bill_windows_licence
from costlint.pricing.azure.virtual_machines import bill_os_disk
from costlint.pricing.counts import Count, autoscaled, fixed
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.sections import section, sections

_AUTOSCALE = "azurerm_monitor_autoscale_setting"


@estimates("azurerm_linux_virtual_machine_scale_set")
def linux(resource: Resource, bill: Bill) -> None:
    _scale_set(resource, bill, "sku", windows=False)


@estimates("azurerm_windows_virtual_machine_scale_set")
def windows(resource: Resource, bill: Bill) -> None:
    _scale_set(resource, bill, "sku", windows=True)


@estimates("azurerm_orchestrated_virtual_machine_scale_set")
def orchestrated(resource: Resource, bill: Bill) -> None:
    _scale_set(resource, bill, "sku_name", windows=bool(resource.blocks("os_profile.windows_configuration")))


@estimates("azurerm_virtual_machine_scale_set")
def classic(resource: Resource, bill: Bill) -> None:
    machines = scaled(bill, resource.number("sku.capacity"))
    for path, name in (("storage_profile_os_disk", "OS disk"), ("storage_profile_data_disk", "data disk")):
        for disk in sections(resource, path):
            size = disk.number("disk_size_gb", bill.constant("azure.image-gib"))
            bill_disk(bill, disk.text("managed_disk_type"), size, machines, name=name)
    spot = resource.text("priority").lower() in ("spot", "low")
    bill_machines(bill, resource.text("sku.name"), machines, spot=spot)
    if resource.blocks("os_profile_windows_config"):
        bill_windows_licence(bill, resource.text("sku.name"), machines, resource.text("license_type"))


def scaled(bill: Bill, written: float | None) -> Count:
    """The written number, or what the autoscale setting referring to the resource makes of it."""
    for setting in bill.referring(_AUTOSCALE):
        profile = section(setting, "profile") if setting.flag("enabled", True) else None
        if profile is not None:
            least, most = profile.number("capacity.minimum"), profile.number("capacity.maximum")
            return autoscaled(bill, least, written or profile.number("capacity.default"), most)
    return fixed(written or 0)


def _scale_set(resource: Resource, bill: Bill, size: str, *, windows: bool) -> None:
    instances = resource.number("instances") if resource.get("instances") is not None else None
    machines = scaled(bill, instances)
    with bill.part("OS disk"):
        bill_os_disk(resource, bill, machines, windows=windows)
    for disk in sections(resource, "data_disk"):
        bill_disk(bill, disk.text("storage_account_type"), disk.number("disk_size_gb"), machines, name="data disk")
    spot = resource.text("priority").lower() == "spot"
    bill_machines(bill, resource.text(size), machines, spot=spot)
    if windows:
        bill_windows_licence(bill, resource.text(size), machines, resource.text("license_type"))
