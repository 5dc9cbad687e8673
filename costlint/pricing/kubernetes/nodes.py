"""Objects that make nodes: clusters eksctl creates, and machines KAITO rents for a model."""

from __future__ import annotations

from costlint.clusters.machines import Machine
from costlint.clusters.pools import Pool, at
from costlint.model import Resource, Unknown, UnknownValue
from costlint.pricing.aws.machines import bill_machine
from costlint.pricing.aws.scaling import autoscaled, fixed
from costlint.pricing.azure.machines import bill_machines
from costlint.pricing.counts import ONE
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.kubernetes.cluster import elsewhere, here


@estimates("ClusterConfig.eksctl.io")
def eksctl_cluster(resource: Resource, bill: Bill) -> None:
    """The control plane and the nodes of its groups. Their disks have eksctl's default size, which is not billed here
    unless it is written."""
    pools = [pool for pool in here(bill).around.pools if pool.address == resource.address]
    region = at(resource.attributes, "metadata.region")
    if not isinstance(region, str):
        raise UnknownValue("the region of the cluster")
    bill.provider, bill.region = "aws", region
    bill.hourly("control plane", "eks.control-plane.hour")
    for pool in pools:
        with bill.part(f"node group {pool.name}"):
            _bill_pool(pool, bill)


def _bill_pool(pool: Pool, bill: Bill) -> None:
    if not isinstance(pool.machine, Machine) or isinstance(pool.spot, Unknown):
        raise UnknownValue("its machines")
    least, now, most = (_number(one) for one in (pool.least, pool.now, pool.most))
    written = now if now is not None else least
    if least is not None and most is not None and most > least:
        count = autoscaled(bill, least, written, most)
    else:
        # eksctl.io/usage/schema: two nodes unless a capacity is written
        count = fixed(bill.constant("kubernetes.eksctl.nodes") if written is None else written)
    bill_machine(bill, pool.machine.name, count, spot=bool(pool.spot))


def _number(value: object) -> float | None:
    if isinstance(value, Unknown):
        raise UnknownValue("its number of nodes")
    return float(value) if isinstance(value, (int, float)) else None


@estimates("Workspace.kaito.sh")
def workspace(resource: Resource, bill: Bill) -> None:
    """KAITO rents machines of the type it is told; they are for this model alone."""
    size = resource.text("resource.instanceType")
    if not size:
        bill.unpriced("it names no instance type")
        return
    with elsewhere(bill, "azure"):
        bill_machines(bill, size, ONE.times(resource.number("resource.count", 1)))
