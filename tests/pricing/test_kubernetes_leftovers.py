"""Pods that stay when their job is over are paid all month."""

from __future__ import annotations

import pytest
from cluster_stacks import EKS, bill

from costlint.model import Component

POD = "{spec: {containers: [{name: a, resources: {requests: {cpu: 4, memory: 8Gi}}}]}}"


def ray_job(more: str) -> list[Component]:
    text = f"""
apiVersion: ray.io/v1
kind: RayJob
metadata: {{name: tune, namespace: ml}}
spec:
  {more}
  rayClusterSpec:
    SWITCH
    headGroupSpec: {{template: {POD}}}
    workerGroupSpecs: [{{groupName: gpu, replicas: 2, minReplicas: 0, maxReplicas: 2, template: {POD}}}]
"""
    scaled = "scaled" in more
    text = text.replace("SWITCH", f"enableInTreeAutoscaling: {str(scaled).lower()}").replace("scaled", "")
    return list(bill("RayJob.ray.io/ml/tune", text, EKS).components)


def mpi_job(policy: str) -> list[Component]:
    text = f"""
apiVersion: kubeflow.org/v2beta1
kind: MPIJob
metadata: {{name: tune, namespace: ml}}
spec:
  {policy}
  mpiReplicaSpecs:
    Launcher: {{replicas: 1, template: {POD}}}
    Worker: {{replicas: 2, template: {POD}}}
"""
    return list(bill("MPIJob.kubeflow.org/ml/tune", text, EKS).components)


def all_month(parts: list[Component], role: str) -> bool:
    (cpu,) = [part for part in parts if part.name.startswith(f"{role}: CPU")]
    stays = any("until somebody deletes it" in text for text in cpu.assumptions)
    assert stays is (cpu.quantity.low == cpu.quantity.likely == cpu.quantity.high)
    return stays


@pytest.mark.parametrize(
    ("more", "head", "workers"),
    [
        ("", True, True),
        ("shutdownAfterJobFinishes: false", True, True),
        ("shutdownAfterJobFinishes: true", False, False),
        ("deletionStrategy: {onSuccess: {policy: DeleteCluster}}", False, False),
        ("# scaled", True, False),
    ],
)
def test_the_cluster_of_a_ray_job_stays_unless_it_is_told_to_go(more: str, head: bool, workers: bool) -> None:
    parts = ray_job(more)
    assert all_month(parts, "head") is head
    assert all_month(parts, "gpu") is workers


def test_whether_it_goes_may_not_be_known() -> None:
    assert ray_job('shutdownAfterJobFinishes: "${SHUTDOWN}"') == []


@pytest.mark.parametrize(
    ("policy", "stay"),
    [
        ("runPolicy: {}", True),
        ("runPolicy: {cleanPodPolicy: None}", True),
        ("cleanPodPolicy: None", True),
        ("runPolicy: {cleanPodPolicy: Running}", False),
        ("cleanPodPolicy: All", False),
        ("runPolicy: {ttlSecondsAfterFinished: 600}", False),
    ],
)
def test_the_workers_of_an_mpi_job_stay_unless_they_are_cleaned_up(policy: str, stay: bool) -> None:
    parts = mpi_job(policy)
    assert all_month(parts, "worker") is stay
    assert not all_month(parts, "launcher")


def test_what_a_job_leaves_behind_never_costs_less_than_the_job() -> None:
    kept, gone = ray_job(""), ray_job("shutdownAfterJobFinishes: true")
    for one, other in zip(kept, gone, strict=True):
        assert one.quantity.high >= other.quantity.high
