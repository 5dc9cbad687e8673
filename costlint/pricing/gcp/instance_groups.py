"""Managed instance groups: the template's machine × the group's size, bounded by its autoscaler."""

from __future__ import annotations

from costlint.model import Resource
from costlint.pricing.counts import ONE, Count, autoscaled, fixed, last_segment
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.gcp.disks import bill_disk, default_size
from costlint.pricing.gcp.machines import COMMITMENT, bill_local_ssd, bill_machines, gpus_of, purchase_of
from costlint.pricing.sections import sections

_TEMPLATES = ("google_compute_instance_template", "google_compute_region_instance_template")
_AUTOSCALERS = ("google_compute_autoscaler", "google_compute_region_autoscaler")


@estimates("google_compute_instance_group_manager", "google_compute_region_instance_group_manager")
def group(resource: Resource, bill: Bill) -> None:
    _from_template(bill, _size(resource, bill))


@estimates("google_compute_instance_from_template")
def from_template(resource: Resource, bill: Bill) -> None:
    _from_template(bill, ONE, machine_type=resource.text("machine_type"))


@estimates(*_AUTOSCALERS)
def autoscaler(resource: Resource, bill: Bill) -> None:
    """The group it scales is billed."""
    bill.free()


@estimates(COMMITMENT)
def commitment(resource: Resource, bill: Bill) -> None:
    """Billed with the machines it covers."""
    bill.free()


def bill_template(template: Resource, bill: Bill, machines: Count, machine_type: str = "") -> None:
    """Bill machines as an instance template describes them."""
    machine = machine_type or template.text("machine_type")
    purchase = purchase_of(template)
    bill_machines(bill, machine, machines, purchase=purchase, gpus=gpus_of(template))
    for disk in sections(template, "disk"):
        if disk.text("type").upper() == "SCRATCH" or disk.text("disk_type").endswith("local-ssd"):
            bill_local_ssd(bill, machine, 1, machines, purchase, gib=disk.number("disk_size_gb"))
        elif disk.get("source") is None:
            size = disk.number("disk_size_gb", default_size(bill))
            bill_disk(bill, last_segment(disk.text("disk_type")), size, machines)


def _from_template(bill: Bill, machines: Count, machine_type: str = "") -> None:
    templates = bill.referred(*_TEMPLATES)
    if templates:
        bill_template(templates[0], bill, machines, machine_type)
    else:
        bill.unpriced("its instance template is not in the stack")


def _size(resource: Resource, bill: Bill) -> Count:
    current = resource.number("target_size") if resource.get("target_size") is not None else None
    for scaler in bill.referring(*_AUTOSCALERS):
        least = scaler.number("autoscaling_policy.min_replicas")
        most = scaler.number("autoscaling_policy.max_replicas", least)
        return autoscaled(bill, least, current, most)
    return fixed(current or 0)
