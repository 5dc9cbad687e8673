"""Models KubeAI serves: the pods of their resource profiles; every figure worked out by hand."""

from __future__ import annotations

import pytest
from cluster_stacks import EKS, bill, bills, cluster

from costlint.graph import View
from costlint.model import UNKNOWN, Cluster, Resource

GKE = Cluster(provider="gcp", region="us-central1")
ADDRESS = "Model.kubeai.org/ml/llama"
PER_G2_8 = 0.853624 / (0.95 + 8 * 0.031611 + 32 * 0.004237)
"""What a unit of OpenCost's weights costs an hour of a g2-standard-8 (8 vCPU, 32 GiB, an L4 at $0.853624)."""


def model(profile: str | None, more: str = "minReplicas: 1") -> str:
    said = "" if profile is None else f"resourceProfile: {profile}"
    return f"""
apiVersion: kubeai.org/v1
kind: Model
metadata: {{name: llama, namespace: ml}}
spec:
  url: hf://meta-llama/Llama-3.1-8B-Instruct
  engine: VLLM
  {more}
  {said}
"""


def configured(profiles: str) -> str:
    return f"""
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: kubeai-config}}
data:
  system.yaml: |
    resourceProfiles:
      {profiles}
"""


def test_a_replica_has_an_l4_six_cores_and_24_gib_as_the_chart_says() -> None:
    """g2-standard-4 has four cores, so the cheapest machine with room is a g2-standard-8. (0.95 + 6 × 0.031611 + 24 ×
    0.004237) × 0.853624 / 1.338472 = $0.79169 an hour, $577.93 a month."""
    estimate = bill(ADDRESS, model("nvidia-gpu-l4:1"), known=GKE)
    assert [part.name for part in estimate.components] == [
        "L4 of g2-standard-8",
        "CPU of g2-standard-8",
        "memory of g2-standard-8",
    ]
    assert estimate.monthly.likely == pytest.approx(730 * (0.95 + 6 * 0.031611 + 24 * 0.004237) * PER_G2_8)
    assert round(estimate.monthly.likely, 2) == 577.93
    assert "chart 0.21.0 of 2025-07-06" in estimate.components[0].assumptions[1]


def test_a_profile_taken_twice_asks_for_twice_as_much() -> None:
    (first, *_) = bill(ADDRESS, model("nvidia-gpu-l4:2"), known=GKE).components
    assert first.name == "L4 of g2-standard-24"


def test_the_configuration_in_the_stack_goes_before_the_chart() -> None:
    own = "nvidia-gpu-l4: {limits: {nvidia.com/gpu: 1}, nodeSelector: {cloud.google.com/gke-accelerator: nvidia-l4}}"
    estimate = bill(ADDRESS, model("nvidia-gpu-l4:1") + configured(own), known=GKE)
    assert estimate.components[0].name == "L4 of g2-standard-4"
    assert estimate.components[0].assumptions[1] == "nvidia-gpu-l4:1 as ConfigMap/kubeai-config says"


def test_a_profile_the_configuration_leaves_out_is_not_taken_from_the_chart() -> None:
    estimate = bill(ADDRESS, model("nvidia-gpu-l4:1") + configured("mine: {limits: {nvidia.com/gpu: 1}}"), known=GKE)
    assert estimate.components == ()
    assert "nvidia-gpu-l4 is none" in estimate.unpriced[0]


def test_values_a_release_gives_are_laid_over_the_profile_of_the_chart() -> None:
    """An L4 of a spot g2-standard-8: requests stay, the label is added."""
    values = """
---
apiVersion: v1
kind: HelmValues
metadata: {name: kubeai}
chart: kubeai
values: {resourceProfiles: {nvidia-gpu-l4: {nodeSelector: {cloud.google.com/gke-spot: "true"}}}}
"""
    estimate = bill(ADDRESS, model("nvidia-gpu-l4:1") + values, known=GKE)
    assert estimate.components[0].name == "L4 of g2-standard-8, spot"


@pytest.mark.parametrize(
    "unknown",
    [
        {"nvidia-gpu-l4": UNKNOWN},
        {"nvidia-gpu-l4": {"limits": UNKNOWN}},
        {"nvidia-gpu-l4": {"limits": {"nvidia.com/gpu": UNKNOWN}}},
    ],
    ids=["the profile", "its limits", "how many accelerators"],
)
def test_what_a_release_gives_from_elsewhere_is_not_guessed(unknown: dict[str, object]) -> None:
    view = cluster(model("nvidia-gpu-l4:1"), known=GKE)
    given = {"chart": "kubeai", "values": {"resourceProfiles": unknown}}
    served = view.stack.resources[0]
    view.stack.resources.append(Resource("kubeai", "HelmValues", "kubernetes", given, served.span, served.region))
    estimate = bills(View(view.stack))[ADDRESS]
    assert (estimate.components, estimate.unknown) == ((), True)


def test_a_replica_lands_on_the_node_group_with_its_accelerator() -> None:
    """All eight A100s of a p4d.24xlarge, 0.95 each of weights 8 × 0.95 + 96 × 0.031611 + 1,152 × 0.004237."""
    (part,) = bill(ADDRESS, model("nvidia-gpu-a100-40gb:8"), EKS).components
    assert part.name == "A100-40GB of p4d.24xlarge"
    assert part.allocated == "aws_eks_node_group.gpu"
    hourly = 21.957642 * 8 * 0.95 / (8 * 0.95 + 96 * 0.031611 + 1152 * 0.004237)
    assert part.monthly.likely == pytest.approx(730 * hourly, rel=1e-4)


def test_a_replica_does_not_land_on_other_accelerators() -> None:
    parts = bill(ADDRESS, model("nvidia-gpu-h100:1"), EKS.replace("p4d.24xlarge", "g6.xlarge")).components
    assert parts[0].name.startswith("H100 of ")


def test_chips_are_billed_for_a_tpu_profile() -> None:
    """Four v5e chips of us-central1 on spot, $0.63 each an hour: 4 × 0.63 × 730 = $1,839.60."""
    estimate = bill(ADDRESS, model("google-tpu-v5e-2x2:4"), known=GKE)
    assert estimate.monthly.likely == pytest.approx(1839.60)


@pytest.mark.parametrize(
    ("replicas", "times"),
    [("minReplicas: 2", 2), ("replicas: 3", 3), ("minReplicas: 1\n  maxReplicas: 1", 1)],
)
def test_replicas_are_counted(replicas: str, times: int) -> None:
    one = bill(ADDRESS, model("nvidia-gpu-l4:1"), known=GKE).monthly.likely
    assert bill(ADDRESS, model("nvidia-gpu-l4:1", replicas), known=GKE).monthly.likely == pytest.approx(times * one)


def test_between_bounds_there_is_a_range() -> None:
    one = bill(ADDRESS, model("nvidia-gpu-l4:1"), known=GKE).monthly.likely
    monthly = bill(ADDRESS, model("nvidia-gpu-l4:1", "minReplicas: 1\n  maxReplicas: 4"), known=GKE).monthly
    assert (monthly.low, monthly.high) == (pytest.approx(one), pytest.approx(4 * one))


@pytest.mark.parametrize(
    ("profile", "more", "why"),
    [
        ("somebody-elses:1", "minReplicas: 1", "somebody-elses is none of KubeAI's chart"),
        ("nvidia-gpu-l4", "minReplicas: 1", "names no resource profile with a number"),
        (None, "minReplicas: 1", "names no resource profile with a number"),
        ("nvidia-gpu-l4:0", "minReplicas: 1", "names no resource profile with a number"),
        ("nvidia-gpu-l4:²", "minReplicas: 1", "names no resource profile with a number"),
        pytest.param(f"nvidia-gpu-l4:{'9' * 400}", "minReplicas: 1", "names no resource profile", id="too many"),
        ("nvidia-gpu-l4:1", "minReplicas: 0", "the number of replicas"),
        ("nvidia-gpu-rtx4070-8gb:1", "minReplicas: 1", "which accelerator it runs on"),
    ],
)
def test_what_is_not_said_has_no_price(profile: str | None, more: str, why: str) -> None:
    estimate = bill(ADDRESS, model(profile, more), known=GKE)
    assert estimate.components == ()
    assert any(why in reason for reason in estimate.unpriced), estimate.unpriced
