"""What rules may ask about autoscalers, what they scale, and the smallest machine that would do."""

from __future__ import annotations

import pytest

from costlint.catalog import Catalog
from costlint.config import Config
from costlint.graph import View
from costlint.model import Stack, Unknown
from costlint.policy import CheckSettings
from costlint.policy.families import facts_of
from costlint.policy.subject import Context, Subject
from costlint.pricing import price
from costlint.readers.kubernetes.manifests import parsed
from costlint.readers.kubernetes.read import stack_of
from costlint.settling import settle

CATALOG = Catalog()
HPA = "HorizontalPodAutoscaler/llm/chat"
KEDA = "ScaledObject.keda.sh/llm/chat"
SERVER = "Deployment/llm/chat"


G6 = "node.kubernetes.io/instance-type: g6.2xlarge"
ANY = "karpenter.sh/nodepool: gpu"
LABELLED = "cloud.google.com/gke-accelerator: nvidia-l4"


def server(requests: str = "{cpu: 6, memory: 24Gi}", selector: str = G6) -> str:
    return f"""
apiVersion: apps/v1
kind: Deployment
metadata: {{name: chat, namespace: llm}}
spec:
  replicas: 3
  template:
    spec:
      nodeSelector: {{{selector}}}
      containers: [{{name: a, resources: {{requests: {requests}, limits: {{nvidia.com/gpu: 1}}}}}}]
"""


def hpa(bounds: str, target: str = "chat") -> str:
    return f"""---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {{name: chat, namespace: llm}}
spec: {{scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: {target}}}, {bounds}}}
"""


def keda(bounds: str) -> str:
    return f"""---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {{name: chat, namespace: llm}}
spec: {{scaleTargetRef: {{name: chat}}, {bounds}}}
"""


KARPENTER = """---
apiVersion: karpenter.sh/v1
kind: NodePool
metadata: {name: gpu}
spec:
  template:
    spec:
      nodeClassRef: {group: karpenter.k8s.aws, kind: EC2NodeClass, name: default}
      requirements:
        - {key: karpenter.k8s.aws/instance-family, operator: In, values: [g6]}
"""


def fact(name: str, address: str, manifests: str) -> object:
    stack = Stack("deploy", "kubernetes", "")
    stack.resources += stack_of([parsed(manifests.encode(), "deploy.yaml", "deploy.yaml")], "", "").resources
    settle(stack, Config(), CATALOG)
    view = View(stack)
    context = Context(view, price(view, CATALOG), CATALOG, CheckSettings().today)
    return facts_of(name.partition(".")[0])[name](Subject(view.resources[address], context))


@pytest.mark.parametrize(
    ("manifests", "bounds"),
    [
        (hpa("minReplicas: 2, maxReplicas: 6"), (2, 6)),
        (hpa("maxReplicas: 6"), (1, 6)),
        (keda("maxReplicaCount: 9"), (0, 9)),
        (keda("minReplicaCount: 4"), (4, 100)),
        (keda("minReplicaCount: 4, idleReplicaCount: 0, maxReplicaCount: 8"), (0, 8)),
        ("", (None, None)),
    ],
)
def test_a_workload_knows_what_scales_it(manifests: str, bounds: tuple[object, object]) -> None:
    manifests = server() + manifests
    assert (fact("scaler.least", SERVER, manifests), fact("scaler.most", SERVER, manifests)) == bounds


def test_of_two_autoscalers_or_an_unknown_bound_nothing_is_said() -> None:
    both = server() + hpa("maxReplicas: 6") + keda("maxReplicaCount: 9")
    assert isinstance(fact("scaler.most", SERVER, both), Unknown)
    assert isinstance(fact("scaler.most", SERVER, server() + hpa('maxReplicas: "${MOST}"')), Unknown)


def test_an_autoscaler_knows_what_it_scales_and_what_that_costs() -> None:
    manifests = server() + hpa("minReplicas: 1, maxReplicas: 6")
    assert fact("scaled.replicas", HPA, manifests) == 3
    assert fact("scaled.device", HPA, manifests) == "nvidia.com/gpu"
    assert fact("scaled.cpu", HPA, manifests) == 6
    monthly, peak = fact("scaled.monthly", HPA, manifests), fact("scaled.peak", HPA, manifests)
    assert isinstance(monthly, float)
    assert peak == pytest.approx(2 * monthly)


def test_what_an_autoscaler_scales_may_be_elsewhere() -> None:
    assert isinstance(fact("scaled.monthly", HPA, server() + hpa("maxReplicas: 6", "other")), Unknown)
    assert fact("scaled.monthly", SERVER, server()) is None


@pytest.mark.parametrize(
    ("requests", "selector", "machines"),
    [
        ("{cpu: 6, memory: 24Gi}", ANY, ("g6.2xlarge", "g6.xlarge")),
        ("{cpu: 2, memory: 8Gi}", ANY, ("g6.xlarge", "g6.xlarge")),
        ("{cpu: 6, memory: 24Gi}", G6, ("g6.2xlarge", "g6.2xlarge")),
        ("{cpu: 6, memory: 24Gi}", LABELLED, ("g2-standard-8", "g2-standard-4")),
    ],
)
def test_what_pods_would_get_for_their_accelerators_alone(
    requests: str, selector: str, machines: tuple[str, str]
) -> None:
    manifests = server(requests, selector) + (KARPENTER if selector == ANY else "")
    assert (fact("node.type", SERVER, manifests), fact("node.least_type", SERVER, manifests)) == machines
    least, monthly = fact("node.least_monthly", SERVER, manifests), fact("node.monthly", SERVER, manifests)
    assert isinstance(least, float)
    assert isinstance(monthly, float)
    assert (least < monthly) is (machines[0] != machines[1])


def test_where_the_requests_decide_which_accelerator_it_is_nothing_is_compared() -> None:
    manifests = server("{cpu: 60, memory: 460Gi}", ANY) + KARPENTER.replace("[g6]", "[g4dn, g5]")
    assert fact("node.accelerator", SERVER, manifests) == "A10G"
    assert isinstance(fact("node.least_type", SERVER, manifests), Unknown)


def test_queues_are_those_of_the_own_namespace() -> None:
    queue = "---\napiVersion: kueue.x-k8s.io/v1beta1\nkind: LocalQueue\nmetadata: {name: NAME, namespace: SPACE}\n"
    here, there = queue.replace("SPACE", "llm"), queue.replace("SPACE", "other")
    assert fact("pod.queues", SERVER, server() + here.replace("NAME", "a") + there.replace("NAME", "b")) == ["a"]
    assert fact("pod.queues", SERVER, server() + there) is None
    assert isinstance(fact("pod.queues", SERVER, server() + queue.replace(", namespace: SPACE", "")), Unknown)
    nowhere = server().replace(", namespace: llm", "") + here
    assert isinstance(fact("pod.queues", "Deployment/chat", nowhere), Unknown)


CLUSTER = """---
apiVersion: eksctl.io/v1alpha5
kind: ClusterConfig
metadata: {name: c, region: us-east-1}
managedNodeGroups: [{name: gpu, instanceType: g6.2xlarge, minSize: 1, desiredCapacity: 2, maxSize: MOST}]
"""


def test_nodes_that_scale_cost_more_at_their_upper_bound() -> None:
    manifests = server() + CLUSTER.replace("MOST", "6")
    monthly, peak = fact("scaled_nodes.monthly", SERVER, manifests), fact("scaled_nodes.peak", SERVER, manifests)
    assert isinstance(monthly, float)
    assert isinstance(peak, float)
    assert 2 < peak / monthly < 3, "six machines instead of two, with one control plane"
    assert isinstance(fact("scaled_nodes.peak", SERVER, server() + CLUSTER.replace("MOST", "1")), Unknown)
    assert isinstance(fact("scaled_nodes.peak", SERVER, server()), Unknown)
