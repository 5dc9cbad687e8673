"""Pods of jobs that stay when the job is over: nobody takes them away unless the job says so."""

from __future__ import annotations

from costlint.clusters.workloads import PodGroup
from costlint.model import Resource, Unknown, UnknownValue


def left_behind(resource: Resource, group: PodGroup) -> str:
    """Why pods of a group go on running after their job has finished, "" if they do not. Raises UnknownValue.

    The cluster of a RayJob stays unless it is told to go: docs.ray.io/en/latest/cluster/kubernetes/getting-started/
    rayjob-quick-start.html; idle workers go by themselves where Ray scales them. The workers of an MPIJob wait for
    the next `mpirun` unless `cleanPodPolicy` says otherwise, whose default is None: kubeflow/mpi-operator
    pkg/apis/kubeflow/v2beta1/default.go, kubeflow/training-operator pkg/apis/kubeflow.org/v1/mpi_defaults.go.
    """
    if resource.type == "RayJob.ray.io":
        if _known(resource, "spec.deletionStrategy") is not None or (
            group.role != "head" and group.scales is not False
        ):
            return ""
        goes = _known(resource, "spec.shutdownAfterJobFinishes") is True
        return "" if goes else "its cluster stays when the job is over, as shutdownAfterJobFinishes is not set"
    if resource.type == "MPIJob.kubeflow.org" and group.role == "worker":
        places = ("spec.runPolicy", "spec")
        if any(_known(resource, f"{place}.ttlSecondsAfterFinished") is not None for place in places):
            return ""
        policies = [_known(resource, f"{place}.cleanPodPolicy") for place in places]
        if all(policy in (None, "None") for policy in policies):
            return "its workers stay when the job is over, as cleanPodPolicy is not set"
    return ""


def _known(resource: Resource, path: str) -> object:
    value = resource.get(path)
    if isinstance(value, Unknown):
        raise UnknownValue(f"{path}, which decides whether its pods stay,")
    return value
