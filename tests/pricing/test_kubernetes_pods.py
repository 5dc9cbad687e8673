"""Pods cost their share of a node, once."""

from __future__ import annotations

import pytest
from cluster_stacks import CATALOG, EKS, bill, bills, cluster, deployment
from hypothesis import given
from hypothesis import strategies as st

from costlint.catalog import Price
from costlint.clusters.machines import Capacity
from costlint.clusters.needs import Needs
from costlint.graph import View
from costlint.model import Cluster, Region, Resource, Span, Stack
from costlint.pricing.estimating import Bill
from costlint.pricing.kubernetes.schedules import runs_a_month
from costlint.pricing.kubernetes.serverless import Size, fargate_size
from costlint.pricing.kubernetes.shares import parts_of, rates_of

FOUR_GPUS = "{requests: {cpu: 40, memory: 700Gi}, limits: {nvidia.com/gpu: 4}}"
POOL = "aws_eks_node_group.gpu"


def test_the_worked_example_of_the_documentation() -> None:
    estimate = bill("Deployment/ml/a", deployment(FOUR_GPUS, more="replicas: 2"), EKS)
    assert [round(part.monthly.likely) for part in estimate.components] == [7851, 2613, 6128]
    assert {part.allocated for part in estimate.components} == {POOL}
    assert estimate.monthly.likely == 0
    assert round(estimate.allocated.likely) == 16592


def test_totals_hold_the_pool_once() -> None:
    alone = bills(cluster("", EKS))
    together = bills(cluster(deployment(FOUR_GPUS, more="replicas: 2"), EKS))
    assert sum(e.monthly.likely for e in together.values()) == sum(e.monthly.likely for e in alone.values())


def test_where_labels_name_the_node_and_nobody_bills_it_the_share_counts() -> None:
    selector = "nodeSelector: {node.kubernetes.io/instance-type: p4d.24xlarge}"
    estimate = bill("Deployment/ml/a", deployment(FOUR_GPUS, selector, "replicas: 2"))
    assert round(estimate.monthly.likely) == 16592
    assert estimate.allocated.likely == 0


def test_whole_nodes_cost_what_the_node_costs() -> None:
    whole = "{requests: {cpu: 96, memory: 1152Gi}, limits: {nvidia.com/gpu: 8}}"
    shape = CATALOG.shape("aws", "us-east-1", "p4d.24xlarge")
    assert shape is not None
    assert shape.on_demand is not None
    estimate = bill("Deployment/ml/a", deployment(whole), EKS)
    assert estimate.allocated.likely == pytest.approx(shape.on_demand.amount * 730)


def test_a_pod_with_all_gpus_says_what_is_left_of_its_node() -> None:
    shape = CATALOG.shape("aws", "us-east-1", "p4d.24xlarge")
    assert shape is not None
    assert shape.on_demand is not None
    estimate = bill("Deployment/ml/a", deployment("{limits: {nvidia.com/gpu: 8}}", more="replicas: 2"), EKS)
    rest = sum(part.left_over.likely for part in estimate.components)
    assert estimate.allocated.likely + rest == pytest.approx(2 * shape.on_demand.amount * 730)
    (said,) = [said for said in estimate.components[0].assumptions if "left over" in said]
    assert said.startswith("takes all 8 A100-40GB of its node: the other 51% of the node, $11.2 an hour, is left over")


@pytest.mark.parametrize(
    "requests",
    [
        FOUR_GPUS,
        "{requests: {cpu: 96, memory: 1152Gi}, limits: {nvidia.com/gpu: 8}}",
        "{requests: {cpu: 4, memory: 8Gi}}",
    ],
    ids=["GPUs are left", "nothing is left", "no GPU is asked for"],
)
def test_otherwise_nothing_is_said_to_be_left_over(requests: str) -> None:
    estimate = bill("Deployment/ml/a", deployment(requests), EKS)
    assert estimate.components
    assert not any(part.left_over.high for part in estimate.components)
    assert "left over" not in repr(estimate)


@given(st.floats(0.1, 64), st.floats(0.1, 512), st.integers(1, 16), st.floats(0.01, 100))
def test_the_parts_of_a_node_add_up_to_its_price(vcpu: float, memory: float, gpus: int, hourly: float) -> None:
    place = Resource("Pod/a", "Pod", "kubernetes", {}, Span("a", 1, 1, 1, 2), Region(""))
    own = Bill(place, View(Stack("s", "kubernetes", "", [place])), CATALOG)
    held = Capacity(vcpu, memory, "L4", gpus)
    rates = rates_of(own, held, Price(hourly, "hour", "", ""))
    parts = parts_of(Needs(vcpu, memory, gpus, "NVIDIA", "nvidia.com/gpu"), rates)
    assert sum(part.amount * part.price.amount for part in parts) == pytest.approx(hourly)


@pytest.mark.parametrize(
    ("manifest", "terraform", "reason"),
    [
        (deployment("{limits: {nvidia.com/gpu: 1}}"), "", "which accelerator it runs on"),
        (
            deployment(
                "{limits: {google.com/tpu: 8}}",
                "nodeSelector: {cloud.google.com/gke-tpu-accelerator: tpu7x}",
            ),
            "",
            "its labels ask for TPU-v7, and there is no price for tpu.v7 in us-central1",
        ),
        (deployment("{limits: {nvidia.com/gpu: 16}}"), EKS, "gpu has too little on one node"),
        (deployment("{}"), EKS, "request neither CPU nor memory"),
        (deployment("{limits: {nvidia.com/gpu.shared: 1}}"), EKS, "how many pods share one accelerator"),
        (deployment("{requests: {cpu: 1}}", "nodeSelector: {role: web}"), EKS, "no node pool here takes it"),
        (deployment("{limits: {nvidia.com/gpu: lots}}"), EKS, "no quantity"),
        (deployment("{limits: {nvidia.com/gpu: '${GPUS}'}}"), EKS, "not known before deployment"),
        (deployment("{requests: {cpu: 1}}", "nodeSelector: {nvidia.com/cuda.driver: x}"), EKS, "cannot be told"),
    ],
)
def test_what_cannot_be_told_is_said_and_never_free(manifest: str, terraform: str, reason: str) -> None:
    estimate = bill("Deployment/ml/a", manifest, terraform)
    assert estimate.components == ()
    assert reason in "; ".join(estimate.unpriced)


@pytest.mark.parametrize("requests", ["{requests: {cpu: 1}}", "{limits: {nvidia.com/gpu: 1}}"])
def test_a_label_that_looks_mistyped_is_asked_about(requests: str) -> None:
    estimate = bill("Deployment/ml/a", deployment(requests, "nodeSelector: {role: gpuu}"), EKS)
    assert "; ".join(estimate.unpriced).endswith("no pool has role=gpuu: did you mean role=gpu?")


def test_without_any_node_cpu_and_memory_have_default_prices_marked_as_inferred() -> None:
    estimate = bill("Deployment/ml/a", deployment("{requests: {cpu: 2, memory: 4Gi}}"))
    assert estimate.monthly.likely == pytest.approx((2 * 0.031611 + 4 * 0.004237) * 730)
    assert estimate.inferred


def test_a_configured_instance_type_says_what_nodes_are() -> None:
    known = Cluster("aws", "us-east-1", "g5.xlarge", "configuration")
    estimate = bill("Deployment/ml/a", deployment("{limits: {nvidia.com/gpu: 1}}"), known=known)
    assert [part.sku for part in estimate.components] == ["g5.xlarge"]


SCALER = """
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {{name: a, namespace: {namespace}}}
spec: {{scaleTargetRef: {{kind: Deployment, name: a}}, minReplicas: 2, maxReplicas: 6}}
"""


@pytest.mark.parametrize(("namespace", "range_"), [("ml", (2, 3, 6)), ("other", (3, 3, 3))])
def test_an_autoscaler_of_the_same_namespace_makes_a_range(namespace: str, range_: tuple[int, ...]) -> None:
    manifests = deployment("{limits: {nvidia.com/gpu: 1}}", more="replicas: 3") + SCALER.format(namespace=namespace)
    (part,) = bill("Deployment/ml/a", manifests, EKS).components
    assert tuple(round(hours / 730) for hours in part.quantity) == range_


def test_keda_may_scale_to_zero() -> None:
    scaled = """
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: a, namespace: ml}
spec: {scaleTargetRef: {name: a}, maxReplicaCount: 4}
"""
    (part,) = bill("Deployment/ml/a", deployment("{limits: {nvidia.com/gpu: 1}}") + scaled, EKS).components
    assert tuple(round(hours / 730, 2) for hours in part.quantity) == (0, 0.5, 4)
    assert "half the hours" in part.assumptions[-1]


def test_a_daemon_set_runs_on_every_node() -> None:
    (part,) = bill("DaemonSet/ml/a", deployment("{requests: {cpu: 1}}", kind="DaemonSet"), EKS).components
    assert part.quantity.likely == 2 * 730


def test_a_limit_range_stands_in_for_requests() -> None:
    limits = """
---
apiVersion: v1
kind: LimitRange
metadata: {name: l, namespace: ml}
spec: {limits: [{type: Container, default: {cpu: 2}, defaultRequest: {cpu: 500m, memory: 1Gi}}]}
"""
    amounts = [
        part.quantity.likely / 730 for part in bill("Deployment/ml/a", deployment("{}") + limits, EKS).components
    ]
    assert amounts == [0.5, 1.0]


def ray_cluster(switch: str) -> str:
    return f"""
apiVersion: ray.io/v1
kind: RayCluster
metadata: {{name: r}}
spec:
  {switch}
  headGroupSpec: {{template: {{spec: {{containers: [{{resources: {{requests: {{cpu: 2, memory: 4Gi}}}}}}]}}}}}}
  workerGroupSpecs:
  - groupName: gpu
    replicas: 2
    minReplicas: 1
    maxReplicas: 4
    template: {{spec: {{containers: [{{resources: {{limits: {{nvidia.com/gpu: 2}}}}}}]}}}}
"""


def test_ray_workers_are_priced_between_their_bounds() -> None:
    scaled = ray_cluster("enableInTreeAutoscaling: true")
    parts = {part.name: part.quantity for part in bill("RayCluster.ray.io/r", scaled, EKS).components}
    assert tuple(hours / 730 for hours in parts["gpu: A100-40GB of p4d.24xlarge"]) == (2, 4, 8)
    assert parts["head: CPU of p4d.24xlarge"].likely == 2 * 730


def test_ray_workers_nothing_scales_stay_as_many_as_written() -> None:
    parts = {part.name: part.quantity for part in bill("RayCluster.ray.io/r", ray_cluster(""), EKS).components}
    assert tuple(hours / 730 for hours in parts["gpu: A100-40GB of p4d.24xlarge"]) == (4, 4, 4)


def test_ray_workers_that_may_be_scaled_have_no_price() -> None:
    estimate = bill("RayCluster.ray.io/r", ray_cluster('enableInTreeAutoscaling: "${SCALED}"'), EKS)
    assert any("whether an autoscaler moves" in reason for reason in estimate.unpriced)


def test_keda_goes_below_its_minimum_while_idle() -> None:
    scaled = (
        deployment("{requests: {cpu: 2, memory: 8Gi}}")
        + """---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: s, namespace: ml}
spec: {scaleTargetRef: {name: a}, idleReplicaCount: 0, minReplicaCount: 4, maxReplicaCount: 8}
"""
    )
    (cpu, _) = bill("Deployment/ml/a", scaled, EKS).components
    assert cpu.quantity.low == 0
    assert cpu.quantity.likely < 4 * 2 * 730


FARGATE = """
resource "aws_eks_fargate_profile" "jobs" {
  cluster_name         = aws_eks_cluster.main.name
  fargate_profile_name = "jobs"
  selector {
    namespace = "m*"
    labels    = { app = "a" }
  }
}
"""


def test_pods_a_profile_selects_are_billed_by_fargate() -> None:
    found = bills(cluster(deployment("{requests: {cpu: 700m, memory: 3Gi}}"), EKS + FARGATE))
    vcpu, memory = found["Deployment/ml/a"].components
    assert (vcpu.quantity.likely / 730, memory.quantity.likely / 730) == (1, 4)
    assert found["aws_eks_fargate_profile.jobs"].free


@pytest.mark.parametrize(
    ("cpu", "gb", "size"),
    [
        (0.1, 0.4, Size(0.25, 0.5)),
        (0.25, 1.5, Size(0.25, 2)),
        (1, 8.2, Size(2, 9)),
        (5, 20, Size(8, 20)),
        (17, 1, None),
    ],
)
def test_fargate_rounds_up_to_its_sizes(cpu: float, gb: float, size: Size | None) -> None:
    assert fargate_size(cpu, gb) == size


def test_autopilot_bills_what_pods_request() -> None:
    terraform = """
provider "google" { region = "us-central1" }
resource "google_container_cluster" "a" {
  name             = "a"
  location         = "us-central1"
  enable_autopilot = true
}
"""
    found = bills(cluster(deployment("{requests: {cpu: 2}}"), terraform))
    vcpu, memory = found["Deployment/ml/a"].components
    assert (vcpu.quantity.likely / 730, memory.quantity.likely / 730) == (2, 2)
    assert [part.name for part in found["google_container_cluster.a"].components] == ["cluster management"]


@pytest.mark.parametrize(
    ("schedule", "runs"),
    [
        ("0 */6 * * *", 365 * 4 / 12),
        ("@daily", 365 / 12),
        ("*/15 9-17 * * mon-fri", 261 * 9 * 4 / 12),
        ("0 0 1 * *", 1),
        ("0 0 13 * 5", None),
        ("every day", None),
        ("61 * * * *", None),
        ("0 0 31 2 *", 0),
        ("CRON_TZ=UTC 0 0 * * *", 365 / 12),
    ],
)
def test_schedules_come_to_runs_a_month(schedule: str, runs: float | None) -> None:
    if schedule == "0 0 13 * 5":  # either the thirteenth or a Friday
        found = runs_a_month(schedule)
        assert found is not None
        assert 52 / 12 < found < (53 + 12) / 12
    else:
        assert runs_a_month(schedule) == pytest.approx(runs)


def test_a_cron_job_runs_by_its_schedule_and_no_longer_than_its_deadline() -> None:
    job = """
apiVersion: batch/v1
kind: CronJob
metadata: {name: embed}
spec:
  schedule: "@daily"
  jobTemplate:
    spec:
      activeDeadlineSeconds: 7200
      template: {spec: {containers: [{resources: {limits: {nvidia.com/gpu: 1}}}]}}
"""
    (part,) = bill("CronJob/embed", job, EKS).components
    assert part.usage
    assert part.quantity.high == pytest.approx(365 / 12 * 2)
    assert any("30.42 runs a month" in text for text in part.assumptions)


def test_a_deployment_terraform_declares_is_a_share_of_its_node_group() -> None:
    terraform = """
resource "kubernetes_deployment" "a" {
  metadata { name = "a" }
  spec {
    replicas = 2
    template {
      metadata { labels = { app = "a" } }
      spec {
        container {
          name = "main"
          resources { limits = { "nvidia.com/gpu" = 4 } }
        }
      }
    }
  }
}
"""
    estimate = bill("kubernetes_deployment.a", "", EKS + terraform)
    assert [(part.unit, part.allocated) for part in estimate.components] == [("gpu-hour", POOL)]
