"""EMR clusters: the machines of each group and the EMR charge on top of them. Prices: aws.amazon.com/emr/pricing."""

from __future__ import annotations

from costlint.model import Money, Resource
from costlint.pricing.aws.ebs import Volume, bill_volume
from costlint.pricing.aws.machines import bill_machine
from costlint.pricing.aws.scaling import Count, fixed
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.sections import sections


@estimates("aws_emr_cluster")
def emr_cluster(resource: Resource, bill: Bill) -> None:
    """A cluster that ends when idle runs an assumed share of the hours."""
    share = 1.0
    basis: tuple[str, ...] = ()
    if resource.blocks("auto_termination_policy") or not resource.flag("keep_job_flow_alive_when_no_steps", True):
        running = bill.assume("aws.autoscaling.scale-to-zero-share")
        share, basis = running.quantity.likely, (str(running),)
    if not any(resource.get(f"{node}_instance_{way}") for node in ("master", "core") for way in ("group", "fleet")):
        bill.unpriced("no instance groups or fleets are written")
    for path in ("master_instance_group", "core_instance_group"):
        with bill.part(path.replace("_", " ")):
            for group in sections(resource, path):
                _bill_group(group, Count(Money.exactly(group.number("instance_count", 1) * share), basis), bill)
    for path in ("master_instance_fleet", "core_instance_fleet"):
        with bill.part(path.replace("_", " ")):
            for fleet in sections(resource, path):
                _bill_fleet(fleet, share, basis, bill)


@estimates("aws_emr_instance_group")
def emr_instance_group(resource: Resource, bill: Bill) -> None:
    _bill_group(resource, fixed(resource.number("instance_count", 1)), bill)


@estimates("aws_emr_instance_fleet")
def emr_instance_fleet(resource: Resource, bill: Bill) -> None:
    _bill_fleet(resource, 1.0, (), bill)


def _bill_group(group: Resource, count: Count, bill: Bill) -> None:
    kind = group.text("instance_type")
    bill_machine(bill, kind, count, spot=group.get("bid_price") is not None)
    _bill_charge(kind, count, bill)
    _bill_disks(group, count, bill)


def _bill_fleet(fleet: Resource, share: float, basis: tuple[str, ...], bill: Bill) -> None:
    """Units of capacity in machines of the first type written, on demand and spot apart."""
    configs = sections(fleet, "instance_type_configs")
    if not configs:
        bill.unpriced("no instance type is written")
        return
    kind, weight = configs[0].text("instance_type"), configs[0].number("weighted_capacity", 1) or 1
    for path, spot in (("target_on_demand_capacity", False), ("target_spot_capacity", True)):
        units = fleet.number(path)
        if units:
            count = Count(Money.exactly(units / weight * share), basis)
            bill_machine(bill, kind, count, spot=spot)
            _bill_charge(kind, count, bill)
            _bill_disks(configs[0], count, bill)


def _bill_charge(kind: str, count: Count, bill: Bill) -> None:
    """Per instance-hour by type, spot or not. Families without a listed size are taken at the usual share of the
    on-demand price; a listed family's other sizes are capped at figures no source states, so they stay unpriced."""
    hours, name = count.number.times(bill.hours), f"EMR charge, {kind}"
    price = bill.price(f"emr.instance-{kind}", "hour")
    if price is not None:
        bill.add_priced(name, price, hours, sku=f"emr.instance-{kind}", assumptions=count.assumptions)
        return
    shape = bill.catalog.shape("aws", bill.region, kind)
    listed = bill.price(f"emr.instance-{kind.partition('.')[0]}.xlarge", "hour")
    if listed is not None or shape is None or shape.on_demand is None:
        bill.unpriced(f"the EMR charge on top of {kind} is not known")
        return
    usual = shape.on_demand.amount * bill.constant("aws.emr.share-of-on-demand")
    inferred = shape.on_demand._replace(amount=usual, inferred=True)
    bill.add_priced(name, inferred, hours, sku="emr.share-of-on-demand", assumptions=count.assumptions)


def _bill_disks(group: Resource, count: Count, bill: Bill) -> None:
    for disk in sections(group, "ebs_config"):
        each = disk.number("volumes_per_instance", 1)
        volume = Volume(
            disk.text("type"), disk.number("size"), disk.number("iops"), disk.number("throughput"), count.assumptions
        )
        bill_volume(bill, "disk", volume, count.number.times(each))
