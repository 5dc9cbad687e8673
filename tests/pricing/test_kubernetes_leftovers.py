"""Pods that stay when their job is over are paid until somebody deletes them."""

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


def stays(parts: list[Component], role: str) -> bool:
    (cpu,) = [part for part in parts if part.name.startswith(f"{role}: CPU")]
    return any("until somebody deletes them" in text for text in cpu.assumptions)


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
    assert stays(parts, "head") is head
    assert stays(parts, "gpu") is workers


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
    assert stays(parts, "worker") is stay
    assert not stays(parts, "launcher")


def test_what_stays_is_paid_for_longer_and_all_month_at_most() -> None:
    kept, gone = ray_job(""), ray_job("shutdownAfterJobFinishes: true")
    for one, other in zip(kept, gone, strict=True):
        assert one.quantity.likely > other.quantity.likely
    head = [part for part in kept if part.name.startswith("head: CPU")]
    assert [part.quantity.high for part in head] == [4 * 730]
