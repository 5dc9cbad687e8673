"""How much of a model is downloaded and held, and what is pulled from other regions."""

from __future__ import annotations

import pytest

from costlint.catalog import Catalog
from costlint.clusters.workloads import pod_groups
from costlint.config import Config
from costlint.graph import View
from costlint.model import Region, Stack, Unknown
from costlint.policy import CheckSettings
from costlint.policy.image_facts import IMAGE_FACTS
from costlint.policy.subject import Context, Subject
from costlint.policy.weights_facts import WEIGHTS_FACTS
from costlint.pricing import price
from costlint.readers.kubernetes.manifests import parsed
from costlint.readers.kubernetes.read import stack_of
from costlint.settling import settle

CATALOG = Catalog()
MODEL = "meta-llama/Llama-3.1-8B-Instruct"
CLAIM = """
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: models, namespace: llm}
spec: {storageClassName: gp3, resources: {requests: {storage: SIZE}}}
"""


def server(model: str = MODEL, name: str = "chat", image: str = "vllm/vllm-openai:v0.11.0", replicas: int = 1) -> str:
    return f"""
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, namespace: llm}}
spec:
  replicas: {replicas}
  template:
    spec:
      nodeSelector: {{node.kubernetes.io/instance-type: g6.2xlarge}}
      volumes: [{{name: models, persistentVolumeClaim: {{claimName: models}}}}]
      containers:
        - name: server
          image: "{image}"
          args: ["--model={model}"]
          resources: {{requests: {{cpu: 4, memory: 16Gi}}, limits: {{nvidia.com/gpu: 1}}}}
"""


def subject(address: str, manifests: str, region: Region | None = None) -> Subject:
    stack = Stack("deploy", "kubernetes", "")
    stack.resources += stack_of([parsed(manifests.encode(), "deploy.yaml", "deploy.yaml")], "", "").resources
    settle(stack, Config(), CATALOG)
    for resource in stack.resources:
        resource.region = region or resource.region
    view = View(stack)
    made = Subject(view.resources[address], Context(view, price(view, CATALOG), CATALOG, CheckSettings().today))
    groups = pod_groups(made.resource)
    if not groups:
        return made
    path, element = groups[0].containers[0]
    return made.at(element, path)


def fact(name: str, address: str, manifests: str) -> object:
    return WEIGHTS_FACTS[f"weights.{name}"](subject(address, manifests))


def test_a_server_downloads_the_weights_of_its_model() -> None:
    assert fact("gib", "Deployment/llm/chat", server()) == pytest.approx(15, abs=0.1)
    assert fact("download_minutes", "Deployment/llm/chat", server()) == pytest.approx(1.0, abs=0.01)


def test_accelerators_wait_for_every_replica_and_start() -> None:
    one = fact("download_monthly", "Deployment/llm/chat", server())
    three = fact("download_monthly", "Deployment/llm/chat", server(replicas=3))
    assert isinstance(one, float)
    assert one == pytest.approx(10 / 60 * 0.9, abs=0.06)
    assert three == pytest.approx(3 * one)


@pytest.mark.parametrize(
    ("manifests", "held"),
    [
        (server(), 15),
        (server() + server(name="other"), 15),
        (server() + server("Qwen/Qwen3-8B", "other"), 30.3),
    ],
)
def test_a_claim_holds_every_model_of_its_servers_once(manifests: str, held: float) -> None:
    found = fact("gib", "PersistentVolumeClaim/llm/models", manifests + CLAIM.replace("SIZE", "1Ti"))
    assert found == pytest.approx(held, abs=0.2)


def test_enough_is_twice_the_weights_in_tens() -> None:
    manifests = server() + CLAIM.replace("SIZE", "1Ti")
    assert fact("enough_gib", "PersistentVolumeClaim/llm/models", manifests) == 30
    assert fact("claimed_gib", "PersistentVolumeClaim/llm/models", manifests) == 1024


@pytest.mark.parametrize(
    "manifests", ["", server("/models/ours"), server("acme/support-70b"), server() + server(name="web", image="nginx")]
)
def test_what_a_claim_holds_is_unknown_where_one_user_is_not_recognised(manifests: str) -> None:
    found = fact("gib", "PersistentVolumeClaim/llm/models", manifests + CLAIM.replace("SIZE", "1Ti"))
    assert isinstance(found, Unknown)


TEMPLATE = "  - {metadata: {name: NAME}, spec: {resources: {requests: {storage: 500Gi}}}}\n"


@pytest.mark.parametrize(("names", "claimed", "held"), [(("models",), 500, 15), (("models", "logs"), None, None)])
def test_the_only_template_of_a_stateful_set_holds_the_model_of_its_server(
    names: tuple[str, ...], claimed: float | None, held: float | None
) -> None:
    templates = "".join(TEMPLATE.replace("NAME", name) for name in names)
    manifest = server().replace("kind: Deployment", "kind: StatefulSet") + f"  volumeClaimTemplates:\n{templates}"
    of = subject("StatefulSet/llm/chat", manifest)
    element = of.resource.blocks("spec.volumeClaimTemplates")[0]
    of = of.at(element, ("spec", "volumeClaimTemplates", 0))
    assert WEIGHTS_FACTS["weights.claimed_gib"](of) == claimed
    assert WEIGHTS_FACTS["weights.gib"](of) == (held if held is None else pytest.approx(held, abs=0.1))


@pytest.mark.parametrize("size", ["'${SIZE}'", "lots"])
def test_a_size_that_is_not_known_stays_unknown(size: str) -> None:
    found = fact("claimed_gib", "PersistentVolumeClaim/llm/models", CLAIM.replace("SIZE", size))
    assert isinstance(found, Unknown)


ECR = "123456789012.dkr.ecr.us-west-2.amazonaws.com/vllm:1"


@pytest.mark.parametrize(
    ("image", "here", "there"),
    [
        (ECR, "us-east-1", "us-west-2"),
        (ECR, "us-west-2", None),
        (ECR, "europe-west4", None),
        ("europe-west4-docker.pkg.dev/p/r/vllm:1", "us-central1", "europe-west4"),
        ("europe-west4-docker.pkg.dev/p/r/vllm:1", "europe-west4-a", None),
        ("us-docker.pkg.dev/p/r/vllm:1", "us-central1", None),
        ("vllm/vllm-openai:v0.11.0", "us-east-1", None),
    ],
)
def test_an_image_comes_from_another_region(image: str, here: str, there: str | None) -> None:
    of = subject("Deployment/llm/chat", server(image=image), Region(here))
    assert IMAGE_FACTS["pulled.region"](of) == there


def test_without_a_known_region_nothing_is_said_of_it() -> None:
    of = subject("Deployment/llm/chat", server(image=ECR), Region("us-east-1", assumed=True))
    assert isinstance(IMAGE_FACTS["pulled.region"](of), Unknown)


def test_an_image_of_another_region_is_billed_by_the_gigabyte() -> None:
    of = subject("Deployment/llm/chat", server(image=ECR), Region("us-east-1"))
    assert IMAGE_FACTS["pulled.monthly"](of) == pytest.approx(5 * 30 * 0.02)


def test_what_the_transfer_costs_is_unknown_where_it_depends_on_both_regions() -> None:
    of = subject("Deployment/llm/chat", server(image="europe-west4-docker.pkg.dev/p/r/v:1"), Region("us-central1"))
    assert isinstance(IMAGE_FACTS["pulled.monthly"](of), Unknown)
