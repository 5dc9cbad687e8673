"""What is inside a namespace, on a node pool or of a storage class, in dollars."""

from __future__ import annotations

import pytest

from costlint.catalog import Catalog
from costlint.config import Config
from costlint.graph import View
from costlint.model import Stack, Unknown
from costlint.policy import CheckSettings
from costlint.policy.inside_facts import INSIDE_FACTS
from costlint.policy.match import compile_match
from costlint.policy.subject import Context, Subject
from costlint.pricing import price
from costlint.readers.kubernetes.manifests import parsed
from costlint.readers.kubernetes.read import stack_of
from costlint.settling import settle

CATALOG = Catalog()
NAMESPACE = """
apiVersion: v1
kind: Namespace
metadata: {name: llm}
"""
CLASS = """
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast}
provisioner: ebs.csi.aws.com
parameters: {type: gp3}
"""
POOL = """
apiVersion: karpenter.sh/v1
kind: NodePool
metadata: {name: gpu}
spec:
  template:
    spec:
      nodeClassRef: {group: karpenter.k8s.aws, kind: EC2NodeClass, name: default}
      requirements:
        - {key: node.kubernetes.io/instance-type, operator: In, values: [g6.2xlarge]}
"""
CLAIM = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: cache, namespace: llm}
spec: {storageClassName: fast, resources: {requests: {storage: 100Gi}}}
"""


def server(replicas: object = 2, gpus: object = 1, namespace: str = "llm", kind: str = "Deployment") -> str:
    return f"""
apiVersion: apps/v1
kind: {kind}
metadata: {{name: chat, namespace: {namespace}}}
spec:
  replicas: {replicas}
  template:
    spec:
      nodeSelector: {{karpenter.sh/nodepool: gpu}}
      containers:
        - {{name: server, image: a, resources: {{requests: {{cpu: 4}}, limits: {{nvidia.com/gpu: {gpus}}}}}}}
  volumeClaimTemplates:
    - metadata: {{name: data}}
      spec: {{storageClassName: fast, resources: {{requests: {{storage: 50Gi}}}}}}
"""


def subject(address: str, *manifests: str) -> Subject:
    text = "---".join(manifests)
    stack = Stack("deploy", "kubernetes", "")
    stack.resources += stack_of([parsed(text.encode(), "deploy.yaml", "deploy.yaml")], "", "").resources
    settle(stack, Config(), CATALOG)
    view = View(stack)
    context = Context(view, price(view, CATALOG), CATALOG, CheckSettings().today)
    return Subject(view.resources[address], context)


def fact(name: str, address: str, *manifests: str) -> object:
    return INSIDE_FACTS[f"inside.{name}"](subject(address, *manifests))


def test_a_namespace_holds_its_pods_and_volumes() -> None:
    whole = fact("monthly", "Namespace/llm", NAMESPACE, POOL, server(), CLASS, CLAIM)
    alone = fact("monthly", "Namespace/llm", NAMESPACE, CLASS, CLAIM)
    assert alone == pytest.approx(8.0)
    assert isinstance(whole, float)
    assert whole > 1000


def test_another_namespace_holds_none_of_it() -> None:
    assert fact("monthly", "Namespace/llm", NAMESPACE, POOL, server(namespace="other")) == 0


def test_a_class_holds_the_volumes_of_claims_and_of_templates_for_each_replica() -> None:
    found = fact("monthly", "StorageClass/fast", CLASS, CLAIM, POOL, server(kind="StatefulSet"))
    assert found == pytest.approx(8.0 + 2 * 4.0)


def test_a_pool_holds_the_pods_that_certainly_land_on_it() -> None:
    found = fact("monthly", "NodePool.karpenter.sh/gpu", POOL, server(), NAMESPACE)
    assert isinstance(found, float)
    assert found == pytest.approx(2 * 730 * 0.9776, rel=0.2)


def test_of_a_pool_nobody_is_seen_to_use_nothing_is_known() -> None:
    assert isinstance(fact("monthly", "NodePool.karpenter.sh/gpu", POOL), Unknown)


def test_of_a_namespace_where_nothing_has_a_price_nothing_is_known() -> None:
    assert isinstance(fact("monthly", "Namespace/llm", NAMESPACE, server()), Unknown)


@pytest.mark.parametrize(("replicas", "gpus", "asked"), [(2, 1, 2), (3, 4, 12), (0, 2, 0)])
def test_a_namespace_asks_for_as_many_accelerators_as_its_pods(replicas: int, gpus: int, asked: int) -> None:
    assert fact("gpus", "Namespace/llm", NAMESPACE, POOL, server(replicas, gpus)) == asked


def test_accelerators_are_unknown_where_one_number_is() -> None:
    assert isinstance(fact("gpus", "Namespace/llm", NAMESPACE, server('"${REPLICAS}"')), Unknown)


def test_accelerators_without_a_price_are_not_left_out_of_an_amount() -> None:
    unpriced = (NAMESPACE, CLASS, CLAIM, server())
    assert fact("monthly", "Namespace/llm", *unpriced) == pytest.approx(8.0)
    assert isinstance(fact("monthly_with_gpus", "Namespace/llm", *unpriced), Unknown)
    priced = (*unpriced, POOL)
    assert fact("monthly_with_gpus", "Namespace/llm", *priced) == fact("monthly", "Namespace/llm", *priced)


def test_what_holds_nothing_has_no_such_facts() -> None:
    for name in ("monthly", "gpus"):
        assert fact(name, "PersistentVolumeClaim/llm/cache", CLAIM) is None


@pytest.mark.parametrize(
    ("manifests", "found"),
    [
        ((NAMESPACE, server()), True),
        ((NAMESPACE, server(kind="StatefulSet")), True),
        ((NAMESPACE, CLAIM, CLASS), False),
    ],
)
def test_a_link_may_name_every_kind_of_workload(manifests: tuple[str, ...], found: bool) -> None:
    pattern = {"linked": {"type": "workload", "via": "metadata.namespace"}}
    assert compile_match(pattern, "resource").test(subject("Namespace/llm", *manifests)) is found
