"""Objects that name or select each other are linked; what is not there stays text."""

from __future__ import annotations

import pytest

from costlint.graph import View
from costlint.model import UNKNOWN
from costlint.readers.kubernetes.links import link
from costlint.readers.kubernetes.manifests import parsed
from costlint.readers.kubernetes.read import stack_of

WORKLOAD = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: vllm, namespace: ml}
spec:
  template:
    metadata: {labels: {app: vllm, tier: serving, kueue.x-k8s.io/queue-name: other}}
    spec:
      priorityClassName: high
      volumes: [{name: w, persistentVolumeClaim: {claimName: weights}}]
      containers: []
"""


def linked(*manifests: str) -> View:
    files = [parsed(text.encode(), f"{number}.yaml", f"{number}.yaml") for number, text in enumerate(manifests)]
    stack = stack_of(files, "", "")
    link(stack.resources)
    return View(stack)


def edges(view: View) -> set[tuple[str, str]]:
    return {(edge.source, edge.target) for address in view.resources for edge in view.outgoing(address)}


@pytest.mark.parametrize(
    ("manifest", "edge"),
    [
        (
            "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: h, namespace: ml}\n"
            "spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: vllm}}",
            ("HorizontalPodAutoscaler/ml/h", "Deployment/ml/vllm"),
        ),
        (
            "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: k, namespace: ml}\n"
            "spec: {scaleTargetRef: {name: vllm}}",
            ("ScaledObject.keda.sh/ml/k", "Deployment/ml/vllm"),
        ),
        (
            "apiVersion: autoscaling.k8s.io/v1\nkind: VerticalPodAutoscaler\nmetadata: {name: v, namespace: ml}\n"
            "spec: {targetRef: {kind: Deployment, name: vllm}}",
            ("VerticalPodAutoscaler.autoscaling.k8s.io/ml/v", "Deployment/ml/vllm"),
        ),
        (
            "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: p, namespace: ml}\n"
            "spec: {selector: {matchLabels: {app: vllm}, matchExpressions: [{key: tier, operator: Exists}]}}",
            ("PodDisruptionBudget/ml/p", "Deployment/ml/vllm"),
        ),
        (
            "apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: ml}\nspec: {selector: {app: vllm}}",
            ("Service/ml/s", "Deployment/ml/vllm"),
        ),
        (
            "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: weights, namespace: ml}\nspec: {}",
            ("Deployment/ml/vllm", "PersistentVolumeClaim/ml/weights"),
        ),
        ("apiVersion: v1\nkind: Namespace\nmetadata: {name: ml}", ("Deployment/ml/vllm", "Namespace/ml")),
        (
            "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: high}",
            ("Deployment/ml/vllm", "PriorityClass/high"),
        ),
    ],
)
def test_objects_in_other_files_are_linked(manifest: str, edge: tuple[str, str]) -> None:
    assert edges(linked(manifest, WORKLOAD)) == {edge}


@pytest.mark.parametrize(
    "manifest",
    [
        "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: h, namespace: web}\n"
        "spec: {scaleTargetRef: {kind: Deployment, name: vllm}}",
        "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: h, namespace: ml}\n"
        "spec: {scaleTargetRef: {kind: StatefulSet, name: vllm}}",
        "apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: ml}\nspec: {selector: {app: other}}",
        "apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: ml}\nspec: {selector: {}}",
        "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: p, namespace: ml}\n"
        "spec: {selector: {matchLabels: {app: vllm}, matchExpressions: [{key: tier, operator: DoesNotExist}]}}",
        "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: h}\nspec: {scaleTargetRef: 3}",
    ],
)
def test_what_names_something_else_is_not_linked(manifest: str) -> None:
    assert edges(linked(manifest, WORKLOAD)) == set()


def test_a_chain_leads_from_service_to_ingress_and_from_claim_to_class() -> None:
    view = linked("""
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: i}
spec: {rules: [{http: {paths: [{path: /, backend: {service: {name: s, port: {number: 80}}}}]}}]}
---
apiVersion: v1
kind: Service
metadata: {name: s}
spec: {ports: [{port: 80}]}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: c}
spec: {storageClassName: fast}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast}
provisioner: ebs.csi.aws.com
""")
    assert edges(view) == {("Ingress/i", "Service/s"), ("PersistentVolumeClaim/c", "StorageClass/fast")}


def test_a_queue_leads_to_its_flavors() -> None:
    view = linked("""
apiVersion: batch/v1
kind: Job
metadata: {name: j, namespace: ml, labels: {kueue.x-k8s.io/queue-name: team}}
spec: {template: {spec: {containers: []}}}
---
apiVersion: kueue.x-k8s.io/v1beta1
kind: LocalQueue
metadata: {name: team, namespace: ml}
spec: {clusterQueue: shared}
---
apiVersion: kueue.x-k8s.io/v1beta1
kind: ClusterQueue
metadata: {name: shared}
spec: {resourceGroups: [{flavors: [{name: a100, resources: [{name: nvidia.com/gpu}]}]}]}
---
apiVersion: kueue.x-k8s.io/v1beta1
kind: ResourceFlavor
metadata: {name: a100}
""")
    queue = "kueue.x-k8s.io"
    assert edges(view) == {
        ("Job/ml/j", f"LocalQueue.{queue}/ml/team"),
        (f"LocalQueue.{queue}/ml/team", f"ClusterQueue.{queue}/shared"),
        (f"ClusterQueue.{queue}/shared", f"ResourceFlavor.{queue}/a100"),
    }


def test_linking_twice_changes_nothing() -> None:
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: ml}\nspec: {selector: {app: vllm}}"
    view = linked(service, WORKLOAD)
    before = edges(view)
    link(view.stack.resources)
    assert edges(View(view.stack)) == before


@pytest.mark.parametrize("unknown", ["kind", "apiVersion"])
def test_what_scales_something_unknown_scales_nothing_here(unknown: str) -> None:
    scaler = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: h, namespace: ml}\nspec: {}"
    view = linked(scaler, WORKLOAD)
    target = {"kind": "Deployment", "apiVersion": "apps/v1", "name": "vllm", unknown: UNKNOWN}
    resources = [
        each.having({**each.attributes, "spec": {"scaleTargetRef": target}}, each.tags)
        if each.type.startswith("Horizontal")
        else each
        for each in view.stack.resources
    ]
    link(resources)
    view.stack.resources = resources
    assert edges(View(view.stack)) == set()
