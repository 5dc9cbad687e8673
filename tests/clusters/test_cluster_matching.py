"""Pods land on the pools they fit, and on none that costlint cannot be sure of."""

from __future__ import annotations

import pytest
import yaml

from costlint.catalog import Catalog
from costlint.clusters.matching import Landing, Matcher
from costlint.clusters.needs import Needs, device_named, needs_of
from costlint.clusters.pool_kinds import pools
from costlint.clusters.pools import Pool
from costlint.clusters.workloads import pod_groups
from costlint.model import UNKNOWN, Region, Resource, Span, UnknownValue
from costlint.readers.terraform.files import TerraformFiles
from costlint.readers.terraform.read import read_stack
from costlint.sources import MemorySource

CATALOG = Catalog()
EKS = """
resource "aws_eks_node_group" "cpu" {
  node_group_name = "cpu"
  instance_types  = ["m5.xlarge"]
  scaling_config {
    min_size     = 1
    desired_size = 2
    max_size     = 4
  }
}
resource "aws_eks_node_group" "gpu" {
  node_group_name = "gpu"
  instance_types  = ["g5.12xlarge"]
  labels          = { role = "gpu" }
  taint {
    key    = "nvidia.com/gpu"
    value  = "true"
    effect = "NO_SCHEDULE"
  }
  scaling_config {
    min_size     = 1
    desired_size = 1
    max_size     = 1
  }
}
"""
TOLERATES = "tolerations: [{key: nvidia.com/gpu, operator: Exists}]"
ONE_GPU = "containers: [{name: a, resources: {limits: {nvidia.com/gpu: 1}}}]"
CPU = "containers: [{name: a, resources: {requests: {cpu: 500m, memory: 1Gi}}}]"


def declared(text: str) -> list[Pool]:
    resources = read_stack(TerraformFiles(MemorySource({"main.tf": text})), "").resources
    for resource in resources:
        resource.region = Region("us-east-1" if resource.provider == "aws" else "us-central1")
        resource.defaults = CATALOG.defaults(resource.type)
    return pools(resources, {one.address: one for one in resources}, CATALOG)


def karpenter(text: str) -> list[Pool]:
    attributes = {"spec": {"template": {"spec": yaml.safe_load(text)}}}
    span = Span("pool.yaml", 1, 1, 1, 2)
    pool = Resource(
        "NodePool.karpenter.sh/gpu", "NodePool.karpenter.sh", "kubernetes", attributes, span, Region(""), name="gpu"
    )
    return pools([pool], {pool.address: pool}, CATALOG)


def landing(found: list[Pool], *spec: str) -> Landing:
    pod = yaml.safe_load("\n".join(spec))
    where = Span("a.yaml", 1, 1, 1, 2)
    made = Resource("Pod/a", "Pod", "kubernetes", {"spec": pod}, where, Region(""))
    (group,) = pod_groups(made)
    return Matcher(found, CATALOG, "aws", "us-east-1").landing(pod, needs_of(group))


def names(found: Landing) -> list[object]:
    return [node.pool.name for node in found.nodes if node.pool is not None]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ([CPU], ["cpu"]),
        ([ONE_GPU, TOLERATES], ["gpu"]),
        ([ONE_GPU, "tolerations: [{operator: Exists}]"], ["gpu"]),
        ([ONE_GPU, 'tolerations: [{key: nvidia.com/gpu, value: "true"}]'], ["gpu"]),
        ([ONE_GPU, 'tolerations: [{key: nvidia.com/gpu, value: "false"}]'], []),
        ([ONE_GPU], []),
        ([CPU, TOLERATES, "nodeSelector: {role: gpu}"], ["gpu"]),
        ([CPU, "nodeSelector: {role: other}"], []),
        ([CPU, "nodeSelector: {eks.amazonaws.com/nodegroup: cpu}"], ["cpu"]),
        ([CPU, "nodeSelector: {node.kubernetes.io/instance-type: m5.xlarge}"], ["cpu"]),
        ([CPU, "nodeSelector: {topology.kubernetes.io/zone: us-east-1a}"], ["cpu"]),
        ([CPU, TOLERATES], ["cpu", "gpu"]),
        ([ONE_GPU, TOLERATES, "nodeSelector: {nvidia.com/gpu.product: NVIDIA-A10G}"], ["gpu"]),
        ([ONE_GPU, TOLERATES, "nodeSelector: {nvidia.com/gpu.product: NVIDIA-A10G-SHARED}"], ["gpu"]),
        ([ONE_GPU, TOLERATES, "nodeSelector: {nvidia.com/gpu.product: NVIDIA-L4}"], []),
        (["containers: [{name: a, resources: {limits: {nvidia.com/gpu: 8}}}]", TOLERATES], []),
        (["containers: [{name: a, resources: {limits: {amd.com/gpu: 1}}}]", TOLERATES], []),
        (["containers: [{name: a, resources: {limits: {nvidia.com/mig-1g.5gb: 1}}}]", TOLERATES], ["gpu"]),
        (["containers: [{name: a, resources: {requests: {memory: 17Gi}}}]"], []),
    ],
)
def test_a_pod_lands_where_labels_taints_and_room_allow(spec: list[str], expected: list[str]) -> None:
    assert names(landing(declared(EKS), *spec)) == expected


@pytest.mark.parametrize(
    ("operator", "values", "expected"),
    [
        ("In", ["gpu", "other"], ["gpu"]),
        ("NotIn", ["gpu"], ["cpu"]),
        ("Exists", None, ["gpu"]),
        ("DoesNotExist", None, ["cpu"]),
    ],
)
def test_node_affinity_knows_every_operator(operator: str, values: object, expected: list[str]) -> None:
    expression = {"key": "role", "operator": operator, "values": values}
    terms = {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}
    affinity = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": terms}}
    assert names(landing(declared(EKS), CPU, TOLERATES, yaml.safe_dump({"affinity": affinity}))) == expected


def test_one_of_several_affinity_terms_is_enough() -> None:
    terms = [
        {"matchExpressions": [{"key": "role", "operator": "In", "values": ["nowhere"]}]},
        {"matchExpressions": [{"key": "karpenter.k8s.aws/instance-cpu", "operator": "Gt", "values": ["40"]}]},
    ]
    affinity = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}}
    assert names(landing(declared(EKS), CPU, TOLERATES, yaml.safe_dump({"affinity": affinity}))) == ["gpu"]


def test_a_pool_whose_labels_are_not_all_known_is_neither_taken_nor_ruled_out() -> None:
    found = declared(EKS.replace('{ role = "gpu" }', "var.labels"))
    told = landing(found, CPU, TOLERATES, "nodeSelector: {role: gpu}")
    assert (names(told), [pool.name for pool in told.unsure]) == ([], ["gpu"])


def test_a_label_somebody_else_may_set_is_unknown() -> None:
    told = landing(declared(EKS), CPU, "nodeSelector: {feature.node.kubernetes.io/cpu-cpuid.AVX512F: 'true'}")
    assert names(told) == []
    assert [pool.name for pool in told.unsure] == ["cpu"]


def test_what_keeps_a_pod_off_is_said() -> None:
    assert landing(declared(EKS), ONE_GPU).refused == {
        "cpu": "too little on one node, or no such accelerator",
        "gpu": "a taint it does not tolerate",
    }


def test_gke_tolerates_the_taint_of_gpu_nodes_for_pods_that_ask_for_gpus() -> None:
    found = declared("""
resource "google_container_node_pool" "l4" {
  name       = "l4"
  location   = "us-central1-a"
  node_count = 2
  node_config {
    machine_type = "g2-standard-8"
    guest_accelerator {
      type  = "nvidia-l4"
      count = 1
    }
  }
}
""")
    assert names(landing(found, ONE_GPU)) == ["l4"]
    assert names(landing(found, ONE_GPU, "nodeSelector: {cloud.google.com/gke-accelerator: nvidia-l4}")) == ["l4"]
    assert names(landing(found, ONE_GPU, "nodeSelector: {cloud.google.com/gke-accelerator: nvidia-h100-80gb}")) == []
    assert names(landing(found, CPU)) == []


def test_karpenter_starts_the_cheapest_machine_the_pod_fits() -> None:
    found = karpenter("requirements: [{key: karpenter.k8s.aws/instance-family, operator: In, values: [g5, g6]}]")
    (node,) = landing(found, "containers: [{resources: {requests: {cpu: 6}, limits: {nvidia.com/gpu: 1}}}]").nodes
    assert node.machine.name == "g6.2xlarge"
    assert node.spot is False
    assert node.holds.accelerator == "L4"


def test_karpenter_takes_spot_where_it_may_unless_the_pod_says_otherwise() -> None:
    both = """
requirements:
- {key: karpenter.k8s.aws/instance-gpu-name, operator: In, values: [l4]}
- {key: karpenter.sh/capacity-type, operator: In, values: [spot, on-demand]}
"""
    (node,) = landing(karpenter(both), ONE_GPU).nodes
    assert node.spot is True
    (node,) = landing(karpenter(both), ONE_GPU, "nodeSelector: {karpenter.sh/capacity-type: on-demand}").nodes
    assert node.spot is False


def test_a_karpenter_pool_that_offers_no_such_accelerator_is_ruled_out() -> None:
    found = karpenter("requirements: [{key: karpenter.k8s.aws/instance-category, operator: In, values: [m, c]}]")
    assert landing(found, ONE_GPU).refused == {"gpu": "no machine it may start that the pod fits"}


def test_requirements_that_are_not_known_leave_the_machine_open() -> None:
    found = karpenter("requirements: []")
    found = [pool._replace(requirements=(*pool.requirements, pools_unknown())) for pool in found]
    told = landing(found, ONE_GPU)
    assert (told.nodes, len(told.unsure)) == ((), 1)


def pools_unknown() -> object:
    from costlint.clusters.pools import Requirement

    return Requirement("", "", UNKNOWN)


def test_labels_alone_name_a_machine_where_there_is_no_pool() -> None:
    matcher = Matcher([], CATALOG)
    node = matcher.by_labels({"nodeSelector": {"node.kubernetes.io/instance-type": "g5.xlarge"}}, Needs(1, 1))
    assert node is not None
    assert (node.provider, node.machine.name) == ("aws", "g5.xlarge")
    l4 = {"nodeSelector": {"cloud.google.com/gke-accelerator": "nvidia-l4"}}
    node = matcher.by_labels(l4, Needs(6, 16, 1, "NVIDIA", "nvidia.com/gpu"))
    assert node is not None
    assert (node.provider, node.machine.name) == ("gcp", "g2-standard-8")


def test_a_product_label_names_no_cloud() -> None:
    product = {"nodeSelector": {"nvidia.com/gpu.product": "NVIDIA-L4"}}
    needs = Needs(1, 1, 1, "NVIDIA", "nvidia.com/gpu")
    assert Matcher([], CATALOG).by_labels(product, needs) is None
    node = Matcher([], CATALOG, "aws", "us-east-1").by_labels(product, needs)
    assert node is not None
    assert node.machine.name == "g6.xlarge"


def group_needs(text: str) -> Needs:
    pod = Resource("Pod/a", "Pod", "kubernetes", {"spec": yaml.safe_load(text)}, Span("a", 1, 1, 1, 2), Region(""))
    return needs_of(pod_groups(pod)[0])


def test_needs_count_as_the_scheduler_counts() -> None:
    needs = group_needs("""
initContainers:
- {name: download, resources: {requests: {cpu: 4, memory: 1Gi}}}
- {name: proxy, restartPolicy: Always, resources: {requests: {cpu: 250m}}}
containers:
- {name: a, resources: {limits: {cpu: 2, memory: 8Gi, nvidia.com/gpu: "2"}, requests: {cpu: 1}}}
- {name: b, resources: {requests: {cpu: 500m, memory: 512Mi}}}
""")
    assert needs == Needs(4.0, 8.5, 2.0, "NVIDIA", "nvidia.com/gpu")


def test_a_request_of_the_whole_pod_goes_before_those_of_its_containers() -> None:
    assert group_needs("resources: {requests: {cpu: 3}}\ncontainers: [{resources: {requests: {cpu: 1}}}]").cpu == 3


def test_requests_nobody_can_know_are_not_guessed() -> None:
    pod = {"containers": [{"resources": {"limits": {"nvidia.com/gpu": UNKNOWN}}}]}
    made = Resource("Pod/a", "Pod", "kubernetes", {"spec": pod}, Span("a", 1, 1, 1, 2), Region(""))
    with pytest.raises(UnknownValue, match=r"nvidia\.com/gpu"):
        needs_of(pod_groups(made)[0])


@pytest.mark.parametrize(
    ("name", "vendor", "share"),
    [
        ("nvidia.com/mig-3g.20gb", "NVIDIA", 3 / 7),
        ("nvidia.com/mig-1g.10gb.me", "NVIDIA", 1 / 7),
        ("nvidia.com/gpu.shared", "NVIDIA", None),
        ("google.com/tpu", "Google", 1),
        ("aws.amazon.com/neuroncore", "AWS", 0.5),
        ("habana.ai/gaudi", "Intel", 1),
    ],
)
def test_devices_are_known_by_their_resource_names(name: str, vendor: str, share: float | None) -> None:
    device = device_named(name)
    assert device is not None
    assert (device.vendor, device.share) == (vendor, pytest.approx(share) if share else share)


@pytest.mark.parametrize("name", ["cpu", "rdma/ib", "vpc.amazonaws.com/efa", "hugepages-2Mi"])
def test_other_resources_are_no_devices(name: str) -> None:
    assert device_named(name) is None
