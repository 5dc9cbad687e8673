"""Which resources serve a model, and what they say about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from costlint.clusters.workloads import is_workload
from costlint.model import Resource
from costlint.sizing.server import Server
from costlint.sizing.servers.charts import servers_of_release
from costlint.sizing.servers.kinds import (
    servers_of_dynamo,
    servers_of_kaito,
    servers_of_kubeai_model,
    servers_of_nim_service,
)
from costlint.sizing.servers.kserve import servers_of_inference_service, servers_of_llm_inference_service
from costlint.sizing.servers.managed import (
    servers_of_azure_ml,
    servers_of_azure_openai,
    servers_of_bedrock,
    servers_of_sagemaker_model,
    servers_of_vertex,
)
from costlint.sizing.servers.neighbours import Neighbours
from costlint.sizing.servers.ray import CLUSTERS, servers_on_ray
from costlint.sizing.servers.workloads import servers_of_workload

Reader: TypeAlias = Callable[[Resource, "Neighbours | None"], list[Server]]


def servers_of(resource: Resource, beside: Neighbours | None = None) -> list[Server]:
    """The model servers of a resource, [] if it has none. `beside` is the view of its stack, in which config maps,
    serving runtimes and endpoint configurations are looked up."""
    reader = _READERS.get(resource.type)
    if reader is None:
        return servers_of_workload(resource, beside) if is_workload(resource.type) else []
    return reader(resource, beside)


def servers_in(resources: Iterable[Resource], beside: Neighbours | None = None) -> list[Server]:
    """The model servers of resources, in their order."""
    return [server for resource in resources for server in servers_of(resource, beside)]


_READERS: Mapping[str, Reader] = {
    "InferenceService.serving.kserve.io": servers_of_inference_service,
    "InferenceService.serving.kubeflow.org": servers_of_inference_service,
    "LLMInferenceService.serving.kserve.io": servers_of_llm_inference_service,
    "Model.kubeai.org": servers_of_kubeai_model,
    "Workspace.kaito.sh": servers_of_kaito,
    "InferenceSet.kaito.sh": servers_of_kaito,
    "NIMService.apps.nvidia.com": servers_of_nim_service,
    "DynamoGraphDeployment.nvidia.com": servers_of_dynamo,
    **dict.fromkeys(CLUSTERS, servers_on_ray),
    "helm_release": servers_of_release,
    "Application.argoproj.io": servers_of_release,
    "HelmRelease.helm.toolkit.fluxcd.io": servers_of_release,
    "aws_sagemaker_model": servers_of_sagemaker_model,
    "google_vertex_ai_endpoint_with_model_garden_deployment": servers_of_vertex,
    "aws_bedrock_provisioned_model_throughput": servers_of_bedrock,
    "azurerm_cognitive_deployment": servers_of_azure_openai,
    "azapi_resource": servers_of_azure_ml,
}
"""Kinds that need more than a look at their pods."""
