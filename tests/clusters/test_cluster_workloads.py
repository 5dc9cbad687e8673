"""Every kind of workload says which pods it makes, how many, and where that is written."""

from __future__ import annotations

import pytest
import yaml

from costlint.clusters.workloads import PodGroup, is_workload, pod_groups, workload_types
from costlint.model import UNKNOWN, Region, Resource, Span, lookup

POD = {"containers": [{"name": "main", "resources": {"limits": {"nvidia.com/gpu": 1}}}]}
TEMPLATE = {"metadata": {"labels": {"app": "x"}}, "spec": POD}


def workload(type_: str, text: str = "", **spec: object) -> Resource:
    attributes = {"kind": type_.partition(".")[0], "spec": {**(yaml.safe_load(text) if text else {}), **spec}}
    return Resource(f"{type_}/x", type_, "kubernetes", attributes, Span("a.yaml", 1, 1, 1, 2), Region(""))


def told(groups: list[PodGroup]) -> list[tuple[object, ...]]:
    return [(one.role, one.replicas.value, one.minimum.value, one.maximum.value, one.times) for one in groups]


def test_a_deployment_has_one_group_and_one_pod_unless_it_says_more() -> None:
    (group,) = pod_groups(workload("Deployment", template=TEMPLATE))
    assert told([group]) == [("", 1, None, None, 1)]
    assert group.path == ("spec", "template", "spec")
    assert group.labels == {"app": "x"}
    assert group.replicas.path == ("spec", "replicas")
    (path, container) = group.containers[0]
    assert path == ("spec", "template", "spec", "containers", 0)
    assert container["name"] == "main"


def test_replicas_of_zero_are_zero() -> None:
    assert told(pod_groups(workload("Deployment", replicas=0, template=TEMPLATE))) == [("", 0, None, None, 1)]


def test_unknown_replicas_stay_unknown() -> None:
    (group,) = pod_groups(workload("Deployment", replicas=UNKNOWN, template=TEMPLATE))
    assert group.replicas.value is UNKNOWN


def test_a_ray_service_has_a_head_and_its_worker_groups() -> None:
    resource = workload(
        "RayService.ray.io",
        rayClusterConfig={
            "headGroupSpec": {"template": TEMPLATE},
            "workerGroupSpecs": [
                {"groupName": "gpu", "replicas": 2, "minReplicas": 1, "maxReplicas": 4, "template": TEMPLATE},
                {"groupName": "slice", "replicas": 1, "numOfHosts": 4, "template": TEMPLATE},
            ],
        },
    )
    groups = pod_groups(resource)
    assert told(groups) == [("head", 1, None, None, 1), ("gpu", 2, 1, 4, 1), ("slice", 1, None, None, 4)]
    assert groups[1].maximum.path == ("spec", "rayClusterConfig", "workerGroupSpecs", 0, "maxReplicas")


def test_of_a_leader_worker_set_the_leader_is_one_of_the_group() -> None:
    resource = workload(
        "LeaderWorkerSet.leaderworkerset.x-k8s.io",
        replicas=2,
        leaderWorkerTemplate={"size": 4, "workerTemplate": TEMPLATE},
    )
    groups = pod_groups(resource)
    assert told(groups) == [("leader", 2, None, None, 1), ("worker", 2, None, None, 3)]
    assert groups[0].path == groups[1].path


def test_training_jobs_have_a_group_for_each_role() -> None:
    specs = {"Master": {"replicas": 1, "template": TEMPLATE}, "Worker": {"replicas": 3, "template": TEMPLATE}}
    groups = pod_groups(workload("PyTorchJob.kubeflow.org", pytorchReplicaSpecs=specs))
    assert [(one.role, one.replicas.value, one.nature) for one in groups] == [
        ("master", 1, "batch"),
        ("worker", 3, "batch"),
    ]


def test_a_predictor_may_describe_its_only_container_by_the_model_it_serves() -> None:
    resource = workload(
        "InferenceService.serving.kserve.io",
        predictor={"minReplicas": 0, "model": {"resources": {"limits": {"nvidia.com/gpu": "1"}}}},
    )
    (group,) = pod_groups(resource)
    assert told([group]) == [("predictor", 1, 0, None, 1)]
    assert [path for path, _ in group.containers] == [("spec", "predictor", "model")]


def test_a_nim_service_is_its_own_container() -> None:
    resource = workload("NIMService.apps.nvidia.com", replicas=2, resources={"limits": {"nvidia.com/gpu": 1}})
    (group,) = pod_groups(resource)
    assert [path for path, _ in group.containers] == [("spec",)]


def test_a_container_started_first_counts_if_it_keeps_running() -> None:
    pod = {**POD, "initContainers": [{"name": "once"}, {"name": "proxy", "restartPolicy": "Always"}]}
    (group,) = pod_groups(workload("Deployment", template={"spec": pod}))
    assert [one["name"] for _, one in group.containers] == ["main", "proxy"]


@pytest.mark.parametrize(
    ("type_", "spec"),
    [
        ("ConfigMap", {}),
        ("Deployment", {"template": None}),
        ("Deployment", {"template": {"spec": None}}),
        ("RayCluster.ray.io", {"workerGroupSpecs": "many"}),
        ("PyTorchJob.kubeflow.org", {"pytorchReplicaSpecs": {"Worker": 3}}),
        ("Deployment", {"template": UNKNOWN}),
    ],
)
def test_what_says_nothing_of_pods_has_none(type_: str, spec: dict[str, object]) -> None:
    assert pod_groups(workload(type_, **spec)) == []


def test_the_paths_of_a_group_lead_to_what_it_holds() -> None:
    for type_ in sorted(workload_types()):
        assert is_workload(type_)
    resource = workload("CronJob", jobTemplate={"spec": {"parallelism": 2, "template": TEMPLATE}})
    (group,) = pod_groups(resource)
    assert lookup(resource.attributes, group.path) is group.spec
    assert lookup(resource.attributes, group.replicas.path) == group.replicas.value == 2


def test_a_volcano_job_has_a_group_for_each_task() -> None:
    tasks = [
        {"name": "ps", "replicas": 1, "template": TEMPLATE},
        {"name": "worker", "replicas": 8, "template": TEMPLATE},
    ]
    groups = pod_groups(workload("Job.batch.volcano.sh", tasks=tasks))
    assert [(one.role, one.replicas.value, one.nature) for one in groups] == [
        ("ps", 1, "batch"),
        ("worker", 8, "batch"),
    ]
    assert groups[1].path == ("spec", "tasks", 1, "template", "spec")


def test_an_inference_service_of_kfserving_is_one_of_kserve_under_its_old_name() -> None:
    predictor = {"minReplicas": 2, "containers": POD["containers"]}
    (group,) = pod_groups(workload("InferenceService.serving.kubeflow.org", predictor=predictor))
    assert told([group]) == [("predictor", 1, 2, None, 1)]


def test_a_deployment_config_of_openshift_has_the_pods_of_a_deployment() -> None:
    groups = pod_groups(workload("DeploymentConfig.apps.openshift.io", replicas=3, template=TEMPLATE))
    assert told(groups) == [("", 3, None, None, 1)]
