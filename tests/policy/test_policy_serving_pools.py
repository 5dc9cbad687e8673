"""Node pools on larger machines than the one model server on them needs."""

from __future__ import annotations

import pytest

from costlint.catalog import Catalog
from costlint.clusters.workloads import pod_groups
from costlint.graph import View
from costlint.model import Patch, SetValue, lookup
from costlint.policy import CheckSettings
from costlint.policy.proposals.serving_pools import rightsized_pool
from costlint.policy.subject import Context, Subject
from costlint.pricing import Pricer
from costlint.readers.kubernetes.read import read_stacks
from costlint.readers.terraform.files import TerraformFiles
from costlint.readers.terraform.read import read_stack
from costlint.sources import MemorySource

TERRAFORM = """
variable "machines" {{}}
provider "aws" {{
  region = "us-east-1"
}}
resource "aws_eks_cluster" "llm" {{
  name = "llm"
}}
resource "aws_eks_node_group" "gpu" {{
  cluster_name    = aws_eks_cluster.llm.name
  node_group_name = "gpu"
  instance_types  = {machines}
  labels          = {{ role = "gpu" }}
  scaling_config {{
    desired_size = {nodes}
    min_size     = {nodes}
    max_size     = {nodes}
  }}
}}
"""
SERVER = """
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}}}
spec:
  replicas: {replicas}
  template:
    spec:
      nodeSelector: {{role: gpu}}
      containers:
        - name: server
          image: vllm/vllm-openai:v0.11.0
          args: ["--model=Qwen/Qwen3-8B", "--max-model-len=8192", "--tensor-parallel-size={gpus}"]
          resources:
            requests: {{cpu: "4", memory: 16Gi}}
            limits: {{nvidia.com/gpu: {gpus}}}
"""


def proposals(
    machines: str = '["g5.12xlarge"]', nodes: int = 1, replicas: int = 1, gpus: int = 4, more: str = ""
) -> tuple[Subject, list[Patch]]:
    files = {
        "main.tf": TERRAFORM.format(machines=machines, nodes=nodes).encode(),
        "chat.yaml": (SERVER.format(name="chat", replicas=replicas, gpus=gpus) + more).encode(),
    }
    source = MemorySource(files)
    stack = read_stack(TerraformFiles(source), "")
    (manifests,) = read_stacks(source, ["chat.yaml"], [""], [])
    stack.resources += manifests.resources
    view, catalog = View(stack), Catalog()
    price = Pricer(catalog)
    context = Context(view, price(view), catalog, CheckSettings().today, price=price)
    resource = view.resources["Deployment/chat"]
    path, element = pod_groups(resource)[0].containers[0]
    of = Subject(resource, context).at(element, path)
    return of, [Patch(tuple(edits)) for edits in rightsized_pool(of, {"rate": 0.5})]


def test_the_machine_of_the_pool_and_the_gpus_of_the_pods_agree() -> None:
    of, found = proposals()
    assert found
    for patch in found:
        view = of.context.view.patched(patch)
        machine = lookup(view.resources["aws_eks_node_group.gpu"].attributes, ("instance_types", 0))
        asked = lookup(view.resources["Deployment/chat"].attributes, (*of.prefix, "resources", "limits"))
        shape = of.context.catalog.shape("aws", "us-east-1", str(machine))
        assert shape is not None
        assert asked == {"nvidia.com/gpu": shape.gpu_count}


def test_the_bill_of_the_pool_falls() -> None:
    of, found = proposals()
    pool = "aws_eks_node_group.gpu"
    assert of.context.price is not None
    for patch in found:
        after = of.context.price(of.context.view.patched(patch), [pool, "Deployment/chat"])
        assert not after["Deployment/chat"].unpriced, "the pods still land there"
        assert after[pool].monthly.likely < of.context.estimates[pool].monthly.likely
        assert any(isinstance(edit, SetValue) and edit.address == pool for edit in patch.edits)


@pytest.mark.parametrize(
    "case",
    [
        {"machines": '["g5.12xlarge", "g5.24xlarge"]'},
        {"more": "---" + SERVER.format(name="other", replicas=1, gpus=4), "nodes": 2},
        {"machines": '["g5.48xlarge"]', "replicas": 2},
        {"machines": "var.machines"},
    ],
    ids=["several machine types", "others use it", "fewer nodes than replicas", "an unknown machine"],
)
def test_a_pool_that_cannot_simply_change_is_left_alone(case: dict[str, object]) -> None:
    _, found = proposals(**case)  # type: ignore[arg-type]
    assert found == []
