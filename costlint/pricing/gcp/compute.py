"""Compute Engine instances with their boot disks, local SSDs, GPUs and addresses."""

from __future__ import annotations

from costlint.model import Money, Resource, is_unknown
from costlint.pricing.counts import ONE, Count
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.gcp.disks import bill_disk, default_size
from costlint.pricing.gcp.machines import bill_local_ssd, bill_machines, gpus_of, purchase_of
from costlint.pricing.sections import sections

_STOPPED = ("TERMINATED", "SUSPENDED", "STOPPED")
_LICENSED = ("windows", "rhel", "sles", "sql-")


@estimates("google_compute_instance")
def instance(resource: Resource, bill: Bill) -> None:
    with bill.part("boot disk"):
        _boot_disk(resource, bill)
    with bill.part("addresses"):
        _addresses(resource, bill)
    _licence(resource, bill)
    if resource.text("desired_status").upper() in _STOPPED:
        return
    machine_type, purchase = resource.text("machine_type"), purchase_of(resource)
    share, why = scheduled_share(bill)
    bill_machines(bill, machine_type, Count(ONE.number, why), purchase=purchase, gpus=gpus_of(resource), share=share)
    for scratch in sections(resource, "scratch_disk"):
        bill_local_ssd(bill, machine_type, 1, ONE, purchase, gib=scratch.number("size"))


def scheduled_share(bill: Bill) -> tuple[Money | None, tuple[str, ...]]:
    """The part of the month an instance schedule lets it run, None without a schedule."""
    for policy in bill.referred("google_compute_resource_policy"):
        if policy.blocks("instance_schedule_policy"):
            assumed = bill.assume("gcp.schedule.office-hours-share")
            return assumed.quantity, (str(assumed),)
    return None, ()


def _boot_disk(resource: Resource, bill: Bill) -> None:
    for boot in sections(resource, "boot_disk"):
        if boot.get("source") is None:
            size = boot.number("initialize_params.size", default_size(bill))
            bill_disk(bill, boot.text("initialize_params.type"), size, name="boot disk")


def _addresses(resource: Resource, bill: Bill) -> None:
    """Ephemeral external addresses; a reserved one is billed with its google_compute_address."""
    for interface in sections(resource, "network_interface"):
        for access in sections(interface, "access_config"):
            if access.get("nat_ip") is None:
                bill.hourly("external IPv4 address", "network.ip-in-use.hour")


def _licence(resource: Resource, bill: Bill) -> None:
    image = resource.get("boot_disk.initialize_params.image")
    if image is None or is_unknown(image):
        return
    if any(word in str(image).lower() for word in _LICENSED):
        bill.unpriced(f"the licence of the image {image} has no price in the catalog")
