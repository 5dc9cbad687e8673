"""OpenSearch and Elasticsearch domains, OpenSearch Serverless. Prices: aws.amazon.com/opensearch-service/pricing."""

from __future__ import annotations

from contextlib import suppress

from costlint.graph import View
from costlint.model import Reference, Resource, UnknownValue
from costlint.numerals import whole_number
from costlint.pricing.aws.support import in_extended_support
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates

_OLD_SUFFIX = ".elasticsearch"
_SIDES = ("min_indexing_capacity_in_ocu", "min_search_capacity_in_ocu")


@estimates("aws_opensearch_domain", "aws_elasticsearch_domain")
def domain(resource: Resource, bill: Bill) -> None:
    path = "cluster_config"
    nodes = 0.0
    with bill.part("data nodes"):
        nodes = resource.number(f"{path}.instance_count", 1)
        _bill_nodes(bill, "data node", resource.text(f"{path}.instance_type", "m4.large.search"), nodes)
    with bill.part("dedicated masters"):
        if resource.flag(f"{path}.dedicated_master_enabled"):
            kind = resource.text(f"{path}.dedicated_master_type", "m4.large.search")
            _bill_nodes(bill, "dedicated master", kind, resource.number(f"{path}.dedicated_master_count"))
    with bill.part("UltraWarm"):
        if resource.flag(f"{path}.warm_enabled"):
            kind = _current(resource.text(f"{path}.warm_type"))
            sku = f"opensearch.ultrawarm-instance-on-demand-{kind}"
            bill.hourly(f"UltraWarm node {kind}", sku, resource.number(f"{path}.warm_count"))
            bill.usage("UltraWarm storage", "opensearch.ultrawarm-storage", "gb-month", "aws.opensearch.warm-gb")
    with bill.part("storage"):
        if resource.flag("ebs_options.ebs_enabled"):
            _bill_disks(resource, bill, nodes)


@estimates("aws_opensearchserverless_collection")
def collection(resource: Resource, bill: Bill) -> None:
    """Collections of one kind share a floor of capacity units that is paid even when idle (vector search apart
    from the others); each carries its part of it. Those of a collection group use the units the group pays for."""
    with bill.part("capacity units"):
        if not _grouped(resource):
            kind, redundant = _capacity_group(resource)
            groups = bill.remember("OpenSearch Serverless groups", (resource.type,), _groups)
            sharing = bill.saw(groups.get((kind, redundant), [resource]))
            _bill_units(bill, _floor(bill, redundant) / len(sharing))
    bill.usage("stored data", "opensearch-serverless.managed-storage", "gb-month", "aws.opensearch-serverless.gb")


@estimates("aws_opensearchserverless_collection_group")
def collection_group(resource: Resource, bill: Bill) -> None:
    """The units a group of collections keeps: its written minimums, and in the first generation no less than the
    floor; groups of the second go down to the minimums, zero unless written. Source: the developer guide's pages
    on capacity limits of collection groups and on scaling to zero, read 2026-11-22."""
    if resource.text("generation", "CLASSIC") != "CLASSIC":
        bill.unpriced("capacity units of the second generation have no price that could be traced")
        return
    least = _floor(bill, _redundant(resource)) / len(_SIDES)
    _bill_units(bill, sum(max(least, resource.number(f"capacity_limits.{side}", 0)) for side in _SIDES))


def _bill_nodes(bill: Bill, what: str, kind: str, count: float) -> None:
    name = _current(kind)
    managed = bill.catalog.managed("aws", bill.region, "opensearch", "", "", name)
    if managed is None:
        bill.unpriced(f"no price for {name} in {bill.region}")
    else:
        bill.add_priced(f"{what} {name}", managed.price, bill.hours * count, sku=name)
        _bill_support(bill, name, count)


def _bill_support(bill: Bill, name: str, count: float) -> None:
    """Extended support, by normalized instance hours: the number grows with the size in the name."""
    product, _, version = bill.resource.text("engine_version").lower().partition("_")
    if not version:
        product, version = "elasticsearch", bill.resource.text("elasticsearch_version")
    if not in_extended_support(bill, product, version):
        return
    large = bill.constant("aws.opensearch.normalized-large")
    size = name.removesuffix(".search").rpartition(".")[2]
    multiple = whole_number(size.removesuffix("xlarge"))
    sizes = {"small": 0.25, "medium": 0.5, "large": 1.0, "xlarge": 2.0}
    if size not in sizes and multiple is None:
        bill.unpriced(f"extended support of {name} is not priced")
        return
    units = large * (sizes["xlarge"] * multiple if multiple is not None else sizes[size])
    hours = bill.hours * count * units
    bill.add(f"extended support, version {version}", "opensearch.extended-support", "normalized-hour", hours)


def _bill_disks(resource: Resource, bill: Bill, nodes: float) -> None:
    path = "ebs_options"
    kind = resource.text(f"{path}.volume_type", "gp2")
    iops, mibps = resource.number(f"{path}.iops"), resource.number(f"{path}.throughput")
    gib = resource.number(f"{path}.volume_size")
    if not gib or not nodes:
        bill.unpriced("the size of the data disks is not written")
        return
    bill.add(f"storage ({kind})", f"opensearch.storage-{kind}", "gb-month", gib * nodes)
    if kind == "io1":
        bill.add("provisioned IOPS", "opensearch.storage-iops-io1", "iops-month", iops * nodes)
    elif kind == "gp3":
        extra_iops = iops - bill.constant("aws.opensearch.gp3-included-iops")
        extra_mibps = mibps - bill.constant("aws.opensearch.gp3-included-mibps")
        if extra_iops > 0:
            bill.add("IOPS beyond the baseline", "opensearch.iops-gp3", "iops-month", extra_iops * nodes)
        if extra_mibps > 0:
            bill.add("throughput beyond the baseline", "opensearch.throughput-gp3", "mibps-month", extra_mibps * nodes)


def _current(kind: str) -> str:
    """The name the price list uses today: "m5.large.elasticsearch" is "m5.large.search"."""
    return kind.removesuffix(_OLD_SUFFIX) + ".search" if kind.endswith(_OLD_SUFFIX) else kind


def _bill_units(bill: Bill, units: float) -> None:
    hours = bill.hours * units
    bill.add("minimum capacity units", "opensearch-serverless.ocu-indexing-or-search", "ocu-hour", hours)


def _floor(bill: Bill, redundant: bool) -> float:
    return bill.constant("aws.opensearch-serverless.ocu" if redundant else "aws.opensearch-serverless.ocu-no-standby")


def _redundant(resource: Resource) -> bool:
    return resource.text("standby_replicas", "ENABLED") != "DISABLED"


def _grouped(resource: Resource) -> bool:
    """Whether a collection belongs to a collection group. Raises UnknownValue where it may."""
    key = "collection_group_name"
    return isinstance(resource.get(key), Reference) or resource.text(key) != ""


def _capacity_group(resource: Resource) -> tuple[str, bool]:
    kind = "vector" if resource.text("type", "TIMESERIES") == "VECTORSEARCH" else "other"
    return kind, _redundant(resource)


def _groups(view: View) -> dict[tuple[str, bool], list[Resource]]:
    groups: dict[tuple[str, bool], list[Resource]] = {}
    for other in view.of_type("aws_opensearchserverless_collection"):
        with suppress(UnknownValue):
            if not _grouped(other):
                groups.setdefault(_capacity_group(other), []).append(other)
    return groups
