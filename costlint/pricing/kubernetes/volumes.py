"""Disks pods claim: by the storage class, at the prices of the cluster's cloud."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from costlint.catalog.tables import DATA, records
from costlint.clusters.quantities import NotAQuantity, gib
from costlint.model import Resource, Unknown, UnknownValue, lookup
from costlint.pricing.counts import ONE, Count
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.kubernetes.cluster import elsewhere, here
from costlint.pricing.kubernetes.shared_volumes import AZURE_FILES, EFS, bill_efs, bill_share
from costlint.pricing.kubernetes.times import by_convention

_TEMPLATE = "spec.storage.volumeClaimTemplate"
"""Where kinds of the Prometheus operator keep theirs."""

_MADE = "spec.storage.pvc"
"""Where kinds of the NIM operator say what claim it is to make (`create: true`), one for all pods."""

_FILE_SYSTEM = "filestore:"
_DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"


class Disk(NamedTuple):
    """A kind of disk of a cloud, with its provisioned IOPS (in all, or for each GiB) and MiB/s (0: the kind's
    baseline). A kind that begins with `filestore:` is a file system of its own, of that tier; with `efs:` or `files:` a
    part of one that is shared, `tier` being the access tier of Azure's."""

    provider: str
    kind: str
    iops: float = 0.0
    mibps: float = 0.0
    regional: bool = False
    said: str = ""
    iops_per_gib: float = 0.0
    tier: str = ""


@estimates("PersistentVolumeClaim")
def claim(resource: Resource, bill: Bill) -> None:
    _bill_claim(resource.get("spec"), ONE._replace(assumptions=by_convention(resource)), "volume", bill)


@estimates("NIMCache.apps.nvidia.com")
def cache_of_models(resource: Resource, bill: Bill) -> None:
    bill.free()  # unless the operator makes a claim for it
    _bill_made(resource, bill)


def claims_volumes(resource: Resource) -> bool:
    """Whether volumes are claimed for a workload: a StatefulSet's, or what an operator makes one of."""
    return resource.type == "StatefulSet" or resource.get(_TEMPLATE) is not None or resource.get(_MADE) is not None


def bill_templates(resource: Resource, count: Count, bill: Bill) -> None:
    """The volumes a workload claims for each of its pods, and the one that is made for all of them."""
    for template in (*resource.blocks("spec.volumeClaimTemplates"), *resource.blocks(_TEMPLATE)):
        named = lookup(template, ("metadata", "name"))
        name = "volume" if named is None else f"volume {named}"
        with bill.part(name):
            _bill_claim(template.get("spec"), count, name, bill)

    _bill_made(resource, bill)


def _bill_made(resource: Resource, bill: Bill) -> None:
    asked = resource.get(_MADE)
    made = lookup(asked, ("create",))
    if isinstance(made, Unknown):
        raise UnknownValue("whether a volume is made for it")
    if made is not True:
        return
    spec = {
        "resources": {"requests": {"storage": lookup(asked, ("size",))}},
        "storageClassName": lookup(asked, ("storageClass",)) or None,
    }
    _bill_claim(spec, ONE._replace(assumptions=by_convention(resource)), "volume", bill)


def _bill_claim(spec: object, count: Count, name: str, bill: Bill) -> None:
    written = lookup(spec, ("resources", "requests", "storage"))
    if isinstance(written, Unknown):
        raise UnknownValue("how much storage is requested")
    if written is None:
        bill.unpriced(f"{name}: it requests no amount of storage")
        return
    try:
        size = gib(written)
    except NotAQuantity:
        raise UnknownValue("how much storage is requested") from None
    disk = _disk(lookup(spec, ("storageClassName",)), lookup(spec, ("volumeName",)), bill)
    if isinstance(disk, str):
        bill.unpriced(f"{name}: {disk}")
    else:
        _bill_disk(name, disk, size, count, bill)


def _disk(named: object, volume: object, bill: Bill) -> Disk | str:
    """The disk a class makes, or why that cannot be told."""
    if isinstance(named, Unknown):
        raise UnknownValue("its storage class")
    around = here(bill).around
    if named == "" or (named is None and volume is not None):
        return "it is bound to a volume made elsewhere"
    if named is None:
        defaults = [one for one in bill.of_type("StorageClass") if _is_default(one)]
        if defaults:
            return _of_class(defaults[0])
        kinds = [row for row in _classes() if row["provider"] == around.provider and row["default"]]
        if not kinds:
            return "which disks the default storage class makes is not known"
        row = kinds[0]
        said = f"the default storage class ({row['name']})"
        return Disk(row["provider"], row["kind"], said=said)
    declared = bill.follow(named, "StorageClass")
    if declared is not None:
        return _of_class(declared)
    rows = [row for row in _classes() if row["name"] == named and around.provider in ("", row["provider"])]
    if len(rows) == 1:
        return Disk(rows[0]["provider"], rows[0]["kind"])
    return f"the storage class {named} is not declared here"


def _of_class(resource: Resource) -> Disk | str:
    provisioner = resource.text("provisioner")
    row = _provisioners().get(provisioner)
    if row is None:
        return f"volumes of {provisioner} have no price"
    parameters = resource.get("parameters")
    given = {str(key).lower(): value for key, value in parameters.items()} if isinstance(parameters, dict) else {}
    kind = given.get(row["parameter"].lower(), given.get("storageaccounttype", row["default"]))
    if isinstance(kind, Unknown):
        raise UnknownValue("the kind of disk its storage class makes")
    return Disk(
        row["provider"],
        f"{row['family']}{kind}".lower() if row["family"] else str(kind),
        _figure(given.get("iops")),
        _figure(given.get("throughput")),
        given.get("replication-type") == "regional-pd",
        iops_per_gib=_figure(given.get("iopspergb")),
        tier=str(given.get("accesstier") or ""),
    )


def _figure(value: object) -> float:
    if isinstance(value, Unknown):
        raise UnknownValue("the performance of its disks")
    try:
        return float(str(value)) if value is not None else 0.0
    except ValueError:
        return 0.0


def _is_default(resource: Resource) -> bool:
    annotations = resource.get("metadata.annotations")
    return isinstance(annotations, dict) and str(annotations.get(_DEFAULT_CLASS)).lower() == "true"


def _bill_disk(name: str, disk: Disk, size: float, count: Count, bill: Bill) -> None:
    said = tuple(filter(None, (disk.said, *count.assumptions)))
    counted = count._replace(assumptions=said)
    with elsewhere(bill, disk.provider):
        if disk.kind.startswith(_FILE_SYSTEM):
            _bill_file_system(name, disk.kind.removeprefix(_FILE_SYSTEM), size, count, bill)
        elif disk.kind.startswith(EFS):
            bill_efs(name, counted, bill)
        elif disk.kind.startswith(AZURE_FILES):
            bill_share(name, disk.kind.removeprefix(AZURE_FILES), disk.tier, size, counted, bill)
        elif disk.provider == "aws":
            from costlint.pricing.aws.ebs import Volume, bill_volume

            most = bill.constant("aws.ebs.io-most-iops")
            iops = disk.iops or min(disk.iops_per_gib * size, most)
            bill_volume(bill, name, Volume(disk.kind, size, iops, disk.mibps, assumptions=said), count.number)
        elif disk.provider == "gcp":
            from costlint.pricing.gcp.disks import bill_disk

            bill_disk(bill, disk.kind, size, counted, regional=disk.regional, name=name)
        else:
            from costlint.pricing.azure.disks import bill_disk as bill_managed

            bill_managed(bill, disk.kind, size, counted, name=name)


def _bill_file_system(name: str, tier: str, size: float, count: Count, bill: Bill) -> None:
    """A Filestore instance for every claim, of the least capacity of its tier or more."""
    from costlint.pricing.gcp.filestore import bill_capacity

    if tier not in _tiers():
        bill.unpriced(f"{name}: Filestore has no price for the tier {tier}")
        return
    kind, least = _tiers()[tier]
    bill_capacity(bill, name, kind, max(size, least), count.number)


@cache
def _provisioners() -> Mapping[str, dict[str, str]]:
    return {row["provisioner"]: row for row in records(DATA / "kubernetes" / "provisioners.csv")}


@cache
def _classes() -> tuple[dict[str, str], ...]:
    return tuple(records(DATA / "kubernetes" / "storage_classes.csv"))


@cache
def _tiers() -> Mapping[str, tuple[str, float]]:
    """The tiers of the Filestore driver: what the price list calls each, and the GiB an instance has at least."""
    rows = records(DATA / "kubernetes" / "filestore_tiers.csv")
    return {row["tier"]: (row["kind"], float(row["least_gib"])) for row in rows}
