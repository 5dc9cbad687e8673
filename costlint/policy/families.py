"""Families of facts about Kubernetes and model servers (`pod.cpu`, `server.fits`): which there are, where each is
computed, and of which types templates may name them.

A family is loaded when a rule first asks for it: a scan of plain Terraform does without all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from costlint.clusters.workloads import is_workload
from costlint.model import Resource
from costlint.policy.facts import Fact

FAMILIES: Mapping[str, str] = {
    **dict.fromkeys(("pod", "container", "node"), "workload_facts:WORKLOAD_FACTS"),
    **dict.fromkeys(("scaler", "scaled", "scaled_nodes"), "autoscaler_facts:AUTOSCALER_FACTS"),
    "server": "server_facts:SERVER_FACTS",
    "weights": "weights_facts:WEIGHTS_FACTS",
    "pulled": "image_facts:IMAGE_FACTS",
    "inside": "inside_facts:INSIDE_FACTS",
}
"""First word of a fact → the module beside this one, and its table."""

SERVING = frozenset(
    (
        *("Workspace.kaito.sh", "InferenceSet.kaito.sh", "Model.kubeai.org", "DynamoGraphDeployment.nvidia.com"),
        *("RayClusterFleet.orchestration.aibrix.ai", "RayClusterReplicaSet.orchestration.aibrix.ai"),
        *("aws_sagemaker_model", "aws_sagemaker_endpoint", "aws_sagemaker_endpoint_configuration", "azapi_resource"),
        *("google_vertex_ai_endpoint_with_model_garden_deployment", "azurerm_cognitive_deployment"),
        "aws_bedrock_provisioned_model_throughput",
    )
)
"""Types that serve models and are no workloads whose pods are read."""


def facts_of(family: str) -> Mapping[str, Fact]:
    """The facts of a family by their full names."""
    module, _, table = FAMILIES[family].partition(":")
    facts: Mapping[str, Fact] = getattr(import_module(f"costlint.policy.{module}"), table)
    return facts


def families_of(resource: Resource) -> tuple[str, ...]:
    """The families templates may name, where no attribute of that name can be meant."""
    if is_workload(resource.type):
        return tuple(FAMILIES)
    served = ("server",) if resource.type in SERVING else ()
    if resource.provider == "kubernetes":
        return ("inside", "scaled", "scaled_nodes", "weights", *served)
    return ("scaled_nodes", *served)
