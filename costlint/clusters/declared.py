"""The clusters a stack declares: how many, in which cloud and region."""

from __future__ import annotations

from collections.abc import Iterable

from costlint.model import Cluster, Region, Resource

CLUSTERS = {
    "aws_eks_cluster": "aws",
    "google_container_cluster": "gcp",
    "azurerm_kubernetes_cluster": "azure",
    "ClusterConfig.eksctl.io": "aws",
    "EC2NodeClass.karpenter.k8s.aws": "aws",
    "AKSNodeClass.karpenter.azure.com": "azure",
    "ComputeClass.cloud.google.com": "gcp",
}
"""Types that say in which cloud a cluster is."""

_DECLARED = ("aws_eks_cluster", "google_container_cluster", "azurerm_kubernetes_cluster", "ClusterConfig.eksctl.io")


def place(resources: Iterable[Resource], configured: Cluster) -> Region:
    """Where the workloads among the resources of a stack run: the region of its one cluster, or what is configured."""
    if configured.region:
        return Region(configured.region, evidence=configured.evidence)
    regions = {one.region for one in resources if one.type in CLUSTERS and not one.data and one.region.name}
    return regions.pop() if len(regions) == 1 else Region("", True, "nothing says where the cluster is")


def clusters_in(resources: Iterable[Resource]) -> int:
    """How many clusters the resources declare."""
    return sum(1 for one in resources if one.type in _DECLARED and not one.data)


def cloud_of(resources: Iterable[Resource]) -> str:
    """The cloud of the clusters the resources declare (`aws`, `gcp`, `azure`); "" if there are none, or of several."""
    found = {CLUSTERS[one.type] for one in resources if one.type in _DECLARED and not one.data}
    return found.pop() if len(found) == 1 else ""
