"""Pods on GPUs attached to N1 machines, on TPUs, and on parts of a GPU; every figure worked out by hand."""

from __future__ import annotations

import pytest
from cluster_stacks import CATALOG, bill, bills, cluster, deployment

from costlint.clusters.attached import cheapest_with
from costlint.clusters.machines import Capacity
from costlint.model import Cluster

WEIGHTS = (0.95, 0.031611, 0.004237)  # OpenCost's base prices of an accelerator, a core, a GiB


def on_gke(labels: str) -> str:
    return f"nodeSelector: {{{labels}}}"


def accelerator(name: str, more: str = "") -> str:
    return on_gke(f"cloud.google.com/gke-accelerator: {name}{more}")


def test_a_t4_is_attached_to_the_cheapest_machine_that_holds_the_pod() -> None:
    """us-central1: n1-standard-4 (4 vCPU, 15 GiB) $0.189999 + T4 $0.35 = $0.539999 an hour, less 30 % for running all
    month = $0.377999. Weights 0.95 + 4 × 0.031611 + 15 × 0.004237 = 1.139999: a T4 is 0.95 × 0.377999 / 1.139999 =
    $0.314999 an hour, a core $0.010482, a GiB $0.001405."""
    asked = "{requests: {cpu: 3, memory: 10Gi}, limits: {nvidia.com/gpu: 1}}"
    estimate = bill("Deployment/ml/a", deployment(asked, accelerator("nvidia-tesla-t4"), "replicas: 2"))
    monthly = [part.monthly.likely for part in estimate.components]
    hourly = 0.7 * (0.189999 + 0.35)
    weights = 0.95 + 4 * 0.031611 + 15 * 0.004237
    assert monthly == pytest.approx(
        [2 * 730 * amount * weight * hourly / weights for amount, weight in zip((1, 3, 10), WEIGHTS, strict=True)]
    )
    assert round(estimate.monthly.likely) == 526
    assert estimate.components[0].name == "T4 of n1-standard-4"


def test_four_v100_need_a_machine_of_forty_eight_cores_at_most() -> None:
    fits = cheapest_with({"V100-16GB"}, "us-central1", CATALOG, lambda held: (held.accelerators or 0) >= 4)
    assert fits is not None
    machine, held = fits
    assert (machine.accelerator, machine.accelerators) == ("V100-16GB", 4)
    assert held.vcpu is not None
    assert held.vcpu <= 48


def test_more_cores_than_one_gpu_allows_take_more_gpus() -> None:
    def fits(held: Capacity) -> bool:
        return (held.vcpu or 0) >= 32 and (held.accelerators or 0) >= 1

    found = cheapest_with({"P100"}, "us-central1", CATALOG, fits)
    assert found is not None
    assert found[0].accelerators == 2


def test_sixteen_t4_are_on_no_machine() -> None:
    estimate = bill("Deployment/ml/a", deployment("{limits: {nvidia.com/gpu: 16}}", accelerator("nvidia-tesla-t4")))
    assert estimate.components == ()
    assert "no machine with them that holds it has a price" in estimate.unpriced[0]


@pytest.mark.parametrize(
    ("label", "device", "machine"),
    [
        ("karpenter.k8s.aws/instance-gpu-name: rtx-pro-server-6000", "nvidia.com/gpu", "RTX-PRO-6000 of g7e."),
        ("karpenter.k8s.aws/instance-gpu-name: rtx-pro-4500", "nvidia.com/gpu", "RTX-PRO-4500 of g7."),
        ("karpenter.k8s.aws/instance-accelerator-name: inferentia2", "aws.amazon.com/neuron", "Inferentia2 of inf2."),
        ("ray.io/accelerator-type: RTX-PRO-6000", "nvidia.com/gpu", "RTX-PRO-6000 of g7e."),
        (
            "nvidia.com/gpu.product: NVIDIA-RTX-PRO-6000-Blackwell-Server-Edition",
            "nvidia.com/gpu",
            "RTX-PRO-6000 of g7e.",
        ),
    ],
)
def test_labels_name_newer_accelerators_of_aws(label: str, device: str, machine: str) -> None:
    on_aws = Cluster(provider="aws", region="us-east-1")
    asked = deployment(f"{{limits: {{{device}: 1}}}}", on_gke(label))
    assert bill("Deployment/ml/a", asked, known=on_aws).components[0].name.startswith(machine)


def test_chips_of_a_tpu_have_a_price_that_holds_their_machine() -> None:
    """Eight v5e chips in us-central1: 8 × $1.20 × 730 h = $7,008; CPU and memory of the pod are part of it."""
    asked = "{requests: {cpu: 24, memory: 48Gi}, limits: {google.com/tpu: 8}}"
    labels = "cloud.google.com/gke-tpu-accelerator: tpu-v5-lite-podslice, cloud.google.com/gke-tpu-topology: 2x4"
    (part,) = bill("Deployment/ml/a", deployment(asked, on_gke(labels))).components
    assert part.monthly.likely == pytest.approx(8 * 1.2 * 730)
    assert part.name == "TPU-v5e chips"


def test_spot_chips_have_their_own_price() -> None:
    labels = "cloud.google.com/gke-tpu-accelerator: tpu-v5-lite-podslice, cloud.google.com/gke-spot: 'true'"
    (part,) = bill("Deployment/ml/a", deployment("{limits: {google.com/tpu: 4}}", on_gke(labels))).components
    assert part.monthly.likely == pytest.approx(4 * 0.63 * 730)


def test_chips_nobody_has_a_price_for_are_not_free() -> None:
    labels = "cloud.google.com/gke-tpu-accelerator: tpu7x"
    estimate = bill("Deployment/ml/a", deployment("{limits: {google.com/tpu: 4}}", on_gke(labels)))
    assert estimate.components == ()
    assert "there is no price for tpu.v7 in us-central1" in estimate.unpriced[0]


A100 = 0.95 * 3.673385 / (0.95 + 12 * 0.031611 + 85 * 0.004237)  # of a2-highgpu-1g: 12 vCPU, 85 GiB, one A100-40GB


@pytest.mark.parametrize(
    ("device", "more", "share"),
    [
        ("nvidia.com/gpu", "", 1),
        ("nvidia.com/gpu", ", cloud.google.com/gke-gpu-partition-size: 1g.5gb", 1 / 7),
        ("nvidia.com/gpu", ", cloud.google.com/gke-max-shared-clients-per-gpu: '4'", 1 / 4),
        (
            "nvidia.com/gpu",
            ", cloud.google.com/gke-gpu-partition-size: 3g.20gb, cloud.google.com/gke-max-shared-clients-per-gpu: '2'",
            3 / 7 / 2,
        ),
        ("nvidia.com/mig-2g.10gb", "", 2 / 7),
    ],
)
def test_a_part_of_a_gpu_costs_its_part(device: str, more: str, share: float) -> None:
    asked = deployment(f"{{limits: {{{device}: 1}}}}", accelerator("nvidia-tesla-a100", more))
    (part,) = bill("Deployment/ml/a", asked).components
    assert part.monthly.likely == pytest.approx(share * A100 * 730)


@pytest.mark.parametrize("more", ["gke-gpu-partition-size: huge", "gke-max-shared-clients-per-gpu: '${CLIENTS}'"])
def test_a_part_of_no_known_size_is_not_priced(more: str) -> None:
    asked = deployment("{limits: {nvidia.com/gpu: 1}}", accelerator("nvidia-tesla-a100", f", cloud.google.com/{more}"))
    estimate = bill("Deployment/ml/a", asked)
    assert estimate.components == ()
    assert "is set on the node" in estimate.unpriced[0]


PLUGIN = """
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: device-plugin-{name}}}
data:
  config.yaml: |
    version: v1
    sharing:
      {kind}:
        renameByDefault: true
        resources:
        - name: nvidia.com/gpu
          replicas: {replicas}
"""
SHARED = deployment("{limits: {nvidia.com/gpu.shared: 1}}", accelerator("nvidia-tesla-a100"))


@pytest.mark.parametrize("kind", ["timeSlicing", "mps"])
def test_the_device_plugin_says_how_many_share_a_gpu(kind: str) -> None:
    (part,) = bill("Deployment/ml/a", SHARED + PLUGIN.format(name="a", kind=kind, replicas=5)).components
    assert part.monthly.likely == pytest.approx(A100 * 730 / 5)


def test_configurations_that_differ_leave_the_share_open() -> None:
    both = PLUGIN.format(name="a", kind="mps", replicas=5) + PLUGIN.format(name="b", kind="mps", replicas=2)
    estimate = bill("Deployment/ml/a", SHARED + both)
    assert "how many pods share one accelerator" in estimate.unpriced[0]


POOL = """
provider "google" {
  region = "us-central1"
}
resource "google_container_cluster" "main" {
  name     = "main"
  location = "us-central1-a"
}
resource "google_container_node_pool" "gpu" {
  cluster    = google_container_cluster.main.name
  name       = "gpu"
  node_count = 1
  node_config {
    machine_type = "a2-highgpu-1g"
    guest_accelerator {
      type               = "nvidia-tesla-a100"
      count              = 1
      gpu_partition_size = "1g.5gb"
    }
  }
}
"""


def test_a_slice_of_a_pool_is_money_of_the_pool() -> None:
    labels = accelerator("nvidia-tesla-a100", ", cloud.google.com/gke-gpu-partition-size: 1g.5gb")
    asked = deployment("{limits: {nvidia.com/gpu: 1}}", labels, "replicas: 7")
    estimate = bill("Deployment/ml/a", asked, POOL)
    assert estimate.monthly.likely == 0
    assert estimate.allocated.likely == pytest.approx(A100 * 730)


def test_pods_that_want_another_slice_do_not_land_on_the_pool() -> None:
    labels = accelerator("nvidia-tesla-a100", ", cloud.google.com/gke-gpu-partition-size: 3g.20gb")
    estimate = bill("Deployment/ml/a", deployment("{limits: {nvidia.com/gpu: 1}}", labels), POOL)
    assert estimate.allocated.likely == 0
    assert estimate.monthly.likely == pytest.approx(3 / 7 * A100 * 730)


TPU_POOL = """
provider "google" {
  region = "us-central1"
}
resource "google_container_cluster" "main" {
  name     = "main"
  location = "us-central1-a"
}
resource "google_container_node_pool" "tpu" {
  cluster    = google_container_cluster.main.name
  name       = "tpu"
  node_count = 2
  node_config {
    machine_type = "MACHINE"
    spot         = SPOT
  }
}
"""


@pytest.mark.parametrize(("spot", "chip"), [("false", 1.2), ("true", 0.63)])
def test_machines_of_tpus_cost_their_chips(spot: str, chip: float) -> None:
    """Two nodes of four v5e chips in us-central1: 2 × 4 × $1.20 × 730 h = $7,008."""
    terraform = TPU_POOL.replace("MACHINE", "ct5lp-hightpu-4t").replace("SPOT", spot)
    labels = on_gke("cloud.google.com/gke-tpu-accelerator: tpu-v5-lite-podslice")
    found = bills(cluster(deployment("{limits: {google.com/tpu: 4}}", labels, "replicas: 2"), terraform))
    pool = found["google_container_node_pool.tpu"]
    (chips,) = [part for part in pool.components if part.sku == "ct5lp-hightpu-4t"]
    assert chips.monthly.likely == pytest.approx(2 * 4 * chip * 730)
    assert pool.unpriced == ()
    assert found["Deployment/ml/a"].components == ()  # they run on the pool, whose bill has them


@pytest.mark.parametrize("machine", ["ct5lp-hightpu-t", "ct9x-hightpu-4t"])
def test_machines_of_no_known_tpu_have_no_price(machine: str) -> None:
    terraform = TPU_POOL.replace("MACHINE", machine).replace("SPOT", "false")
    found = bills(cluster(deployment("{requests: {cpu: 1}}"), terraform))["google_container_node_pool.tpu"]
    assert any(machine in reason for reason in found.unpriced)
