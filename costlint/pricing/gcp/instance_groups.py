"""Managed instance groups: the template's machine × the group's size, bounded by its autoscaler."""

from __future__ import annotations

from costlint.model import Money, Resource
from costlint.pricing.blocks import between, last_segment, nested
from costlint.pricing.estimating import Bill, estimates
from costlint.pricing.gcp.disks import bill_disk, default_size
from costlint.pricing.gcp.machines import bill_local_ssd, bill_machines, gpus_of, is_spot

_TEMPLATES = ("google_compute_instance_template", "google_compute_region_instance_template")
_AUTOSCALERS = ("google_compute_autoscaler", "google_compute_region_autoscaler")


@estimates("google_compute_instance_group_manager", "google_compute_region_instance_group_manager")
def group(resource: Resource, bill: Bill) -> None:
    template = _template(bill)
    if template is None:
        bill.unpriced("its instance template is not in the stack")
        return
    bill_template(template, bill, _size(resource, bill))


@estimates("google_compute_instance_from_template")
def from_template(resource: Resource, bill: Bill) -> None:
    template = _template(bill)
    if template is None:
        bill.unpriced("its instance template is not in the stack")
        return
    bill_template(template, bill, Money.exactly(1), machine_type=resource.text("machine_type"))


@estimates(*_AUTOSCALERS)
def autoscaler(resource: Resource, bill: Bill) -> None:
    """No charge of its own: the group it scales is billed."""


def bill_template(template: Resource, bill: Bill, machines: Money, machine_type: str = "") -> None:
    """Bill `machines` machines as an instance template describes them."""
    machine = machine_type or template.text("machine_type")
    spot = is_spot(template)
    bill_machines(bill, machine, machines, spot=spot, gpus=gpus_of(template))
    for disk in nested(template, "disk"):
        if disk.text("type").upper() == "SCRATCH" or disk.text("disk_type").endswith("local-ssd"):
            bill_local_ssd(bill, machine, 1, machines, spot=spot, gib=disk.number("disk_size_gb"))
        elif disk.get("source") is None:
            size = disk.number("disk_size_gb", default_size(bill))
            bill_disk(bill, last_segment(disk.text("disk_type")), size, machines)


def _template(bill: Bill) -> Resource | None:
    found = bill.referred(*_TEMPLATES)
    return found[0] if found else None


def _size(resource: Resource, bill: Bill) -> Money:
    current = resource.number("target_size") if resource.get("target_size") is not None else None
    for scaler in bill.referring(*_AUTOSCALERS):
        least = scaler.number("autoscaling_policy.min_replicas")
        most = scaler.number("autoscaling_policy.max_replicas", least)
        return between(least, current, most)
    return Money.exactly(current or 0)
