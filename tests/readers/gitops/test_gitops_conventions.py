"""What values say by convention where the chart is not here, and what they do not."""

from __future__ import annotations

import pytest

from costlint.model import UNKNOWN, Path, lookup
from costlint.readers.gitops.conventions import Pods, claims_in, pods_in

RESOURCES: dict[str, object] = {"requests": {"cpu": "2", "memory": "8Gi"}}
CONTAINER: Path = ("template", "spec", "containers", 0)


def the_pods(values: dict[str, object]) -> Pods:
    (found,) = pods_in(values)
    return found


def test_pods_are_a_block_with_resources_and_what_only_pods_have() -> None:
    found = the_pods({"server": {"replicaCount": 3, "resources": RESOURCES, "nodeSelector": {"gpu": "a100"}}})
    assert found.element["name"] == "server"
    assert found.element["replicas"] == 3
    assert lookup(found.element, (*CONTAINER, "resources", "requests", "cpu")) == "2"
    assert lookup(found.element, ("template", "spec", "nodeSelector")) == {"gpu": "a100"}
    assert found.written["replicas",] == ("server", "replicaCount")
    assert found.written[*CONTAINER, "resources"] == ("server", "resources")


def test_the_root_of_the_values_is_such_a_block() -> None:
    assert the_pods({"replicas": 2, "resources": RESOURCES}).element["replicas"] == 2


def test_what_is_not_given_the_chart_may_set() -> None:
    found = the_pods({"resources": RESOURCES})
    spec = lookup(found.element, ("template", "spec"))
    assert lookup(spec, ("tolerations",)) is UNKNOWN
    assert lookup(spec, ("runtimeClassName",)) is UNKNOWN
    assert lookup(found.element, (*CONTAINER, "resources", "limits")) is UNKNOWN
    assert lookup(found.element, (*CONTAINER, "resources", "requests", "nvidia.com/gpu")) is UNKNOWN


@pytest.mark.parametrize(
    ("block", "replicas"),
    [
        ({}, UNKNOWN),
        ({"replicaCount": "3"}, "3"),
        ({"replicaCount": True}, UNKNOWN),
        ({"replicaCount": 3, "replicas": 4}, UNKNOWN),
        ({"replicas": 3, "minReplicas": 0}, UNKNOWN),
        ({"replicaCount": UNKNOWN}, UNKNOWN),
        ({"replicas": 3, "autoscaling": {"enabled": False, "minReplicas": 1}}, 3),
    ],
)
def test_how_many_pods_there_are_is_what_one_name_says(block: dict[str, object], replicas: object) -> None:
    assert the_pods({**block, "resources": RESOURCES}).element["replicas"] == replicas


@pytest.mark.parametrize(
    ("scaler", "bounds"),
    [
        ({"autoscaling": {"enabled": True, "minReplicas": 1, "maxReplicas": 9}}, (1, 9)),
        ({"autoscaling": {"enabled": True, "maxReplicas": 9}}, (UNKNOWN, 9)),
        ({"autoscaling": {"hpa": {"enabled": True, "minReplicas": 2, "maxReplicas": 3}}}, (2, 3)),
        ({"hpa": {"enabled": UNKNOWN}}, (UNKNOWN, UNKNOWN)),
        ({"keda": {"enabled": True, "minReplicas": 0, "maxReplicas": 4}}, (0, 4)),
    ],
)
def test_autoscaling_bounds_the_number(scaler: dict[str, object], bounds: tuple[object, object]) -> None:
    found = the_pods({"replicaCount": 5, "resources": RESOURCES, **scaler})
    assert (found.element["minReplicas"], found.element["maxReplicas"]) == bounds
    assert "replicas" not in found.element


@pytest.mark.parametrize(
    "values",
    [
        {"metrics": {"resources": RESOURCES}},
        {"enabled": False, "replicaCount": 1, "resources": RESOURCES},
        {"redis": {"enabled": UNKNOWN, "master": {"replicaCount": 1, "resources": RESOURCES}}},
        {"redis": {"create": False, "replicaCount": 1, "resources": RESOURCES}},
        {"kind": "DaemonSet", "replicas": 1, "resources": RESOURCES},
        {"kind": UNKNOWN, "replicas": 1, "resources": RESOURCES},
        {"daemonSet": {"enabled": True}, "replicas": 1, "resources": RESOURCES},
        {"useDaemonSet": True, "replicas": 1, "resources": RESOURCES},
        {"global": {"replicaCount": 1, "resources": RESOURCES}},
        {"defaults": {"replicaCount": 1, "resources": RESOURCES}},
        {"extraObjects": [{"apiVersion": "v1", "kind": "Pod", "spec": {"replicas": 1, "resources": RESOURCES}}]},
        {"replicas": 1, "resources": {"requests": {"storage": "10Gi"}}},
        {"replicas": 1, "resources": {"limits": {}}},
        {"replicas": 1, "resources": UNKNOWN},
        {"replicas": 1, "resources": ["pods"]},
        {"rbac": {"rules": [{"resources": ["pods"], "verbs": ["get"]}]}},
    ],
)
def test_what_says_nothing_of_pods_makes_none(values: dict[str, object]) -> None:
    assert pods_in(values) == []


def test_blocks_are_found_in_lists_and_below_one_another() -> None:
    inner = {"replicas": 1, "resources": RESOURCES}
    found = pods_in({"models": [{"name": "a"}, inner], "deploy": {"api": {**inner, "worker": inner}}})
    assert [one.path for one in found] == [("models", 1), ("deploy", "api"), ("deploy", "api", "worker")]


@pytest.mark.parametrize(
    ("block", "number"),
    [
        ({"replicaCount": 3, "persistence": {"enabled": True, "size": "8Gi"}}, 3),
        ({"replicas": 3, "persistentVolume": {"enabled": True, "size": "8Gi"}}, 3),
        ({"replicas": 3, "persistence": {"enabled": True, "size": "8Gi", "accessModes": ["ReadWriteMany"]}}, 1),
        ({"replicas": 3, "persistence": {"size": "8Gi"}}, UNKNOWN),
        ({"persistence": {"enabled": True, "size": "8Gi"}}, UNKNOWN),
        ({"replicas": 3, "autoscaling": {"enabled": True}, "persistence": {"enabled": True, "size": 1}}, UNKNOWN),
    ],
)
def test_disks_are_as_many_as_the_pods_of_their_block(block: dict[str, object], number: object) -> None:
    (claim,) = claims_in({"db": block})
    assert claim.number == number


@pytest.mark.parametrize(
    ("persistence", "named"),
    [
        ({"storageClass": "gp2"}, "gp2"),
        ({"storageClassName": "gp3"}, "gp3"),
        ({"storageClass": "-"}, ""),
        ({"storageClass": ""}, None),
        ({"storageClass": None}, None),
        ({}, UNKNOWN),
    ],
)
def test_the_storage_class_is_the_one_named(persistence: dict[str, object], named: object) -> None:
    (claim,) = claims_in({"persistence": {"enabled": True, "size": "8Gi", **persistence}})
    assert lookup(claim.spec, ("storageClassName",)) == named


@pytest.mark.parametrize(
    "persistence", [{"enabled": False, "size": "8Gi"}, {"enabled": True}, {"size": "8Gi", "existingClaim": "data"}]
)
def test_no_disk_is_claimed_where_none_is_asked_for(persistence: dict[str, object]) -> None:
    assert list(claims_in({"replicas": 1, "persistence": persistence})) == []
