"""EKS control planes, managed node groups and Fargate profiles. Prices: aws.amazon.com/eks/pricing."""

from __future__ import annotations

from costlint.graph import View
from costlint.model import UNKNOWN, Resource
from costlint.pricing.aws.ebs import Volume, bill_volume
from costlint.pricing.aws.launch import Launch, template_of
from costlint.pricing.aws.log_writers import bill_logs, has_no_group, written_by_cluster
from costlint.pricing.aws.machines import bill_machine
from costlint.pricing.aws.scaling import Count, autoscaled, fixed, scheduled
from costlint.pricing.aws.support import in_extended_support
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.quantities import product


@estimates("aws_eks_cluster")
def cluster(resource: Resource, bill: Bill) -> None:
    with bill.part("control plane"):
        stays = resource.text("upgrade_policy.support_type", "EXTENDED") != "STANDARD"
        if stays and in_extended_support(bill, "eks", resource.text("version")):
            bill.hourly("control plane, extended support", "eks.control-plane-extended.hour")
        else:
            bill.hourly("control plane", "eks.control-plane.hour")
    with bill.part("control plane logs"):
        name = resource.get("name")
        group = f"/aws/eks/{name}/cluster" if isinstance(name, str) else UNKNOWN
        if resource.values("enabled_cluster_log_types") and has_no_group(bill, resource, group):
            bill_logs(bill, *written_by_cluster(resource, bill))
    with bill.part("control plane capacity"):
        tier = resource.text("control_plane_scaling_config.tier", "standard")
        if tier != "standard":
            bill.unpriced(f"a provisioned control plane of {tier} is not priced")
    if resource.blocks("remote_network_config"):
        bill.unknown("hybrid nodes, billed by vCPU-hour, are not known before they join")
    with bill.part("Auto Mode"):
        if resource.flag("compute_config.enabled"):
            bill.unknown("nodes that EKS Auto Mode starts are not known before deployment")


@estimates("aws_eks_node_group")
def node_group(resource: Resource, bill: Bill) -> None:
    count = scheduled(bill, node_count(resource, bill))
    template = template_of(resource, bill)
    launch = Launch(template) if template else None
    with bill.part("nodes"):
        written = resource.values("instance_types")
        kind = resource.text("instance_types.0") if written else ""
        if not kind and launch:
            kind = launch.instance_type()
        spot = resource.text("capacity_type", "ON_DEMAND") == "SPOT"
        bill_machine(bill, kind or resource.text("instance_types.0", "t3.medium"), count, spot=spot)
    if launch:
        launch.bill_disks(bill, count.number)
        launch.bill_extras(bill, count.number)
        return
    with bill.part("node disk"):
        gib = resource.number("disk_size", bill.constant("aws.eks.node-disk-gib"))
        bill_volume(bill, "node disk", Volume("gp3", gib), count.number)


def node_count(resource: Resource, bill: Bill) -> Count:
    """Nodes of a group; bounds that differ are taken as a cluster autoscaler's. Raises UnknownValue."""
    least = resource.number("scaling_config.min_size")
    most = resource.number("scaling_config.max_size")
    if resource.get("scaling_config.desired_size") is None:
        return autoscaled(bill, least, None, most)
    desired = resource.number("scaling_config.desired_size")
    return fixed(desired) if least >= most else autoscaled(bill, least, desired, most)


@estimates("aws_eks_fargate_profile")
def fargate_profile(resource: Resource, bill: Bill) -> None:
    """Profiles cost nothing; the pods they match do. Where manifests of the cluster are read those are billed, else
    which pods match is not known."""
    if bill.remember("manifests", (), _has_manifests):
        bill.free()
        return
    pods = bill.assume("aws.eks.fargate-pods")
    vcpu, memory = bill.assume("aws.eks.fargate-pod-vcpu"), bill.assume("aws.eks.fargate-pod-gb")
    number = pods.quantity.times(bill.hours)
    bill.assumed("pods, vCPU", "fargate.vcpu", "vcpu-hour", product(number, vcpu.quantity), pods, vcpu)
    bill.assumed("pods, memory", "fargate.memory", "gb-hour", product(number, memory.quantity), pods, memory)


def _has_manifests(view: View) -> bool:
    """Whether objects of the cluster are read from manifests; those Terraform makes (kubernetes_config_map) say nothing
    about its pods."""
    return any(one.provider == "kubernetes" and "_" not in one.type for one in view.resources.values())
