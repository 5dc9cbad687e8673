"""Objects Terraform declares are read in the words of Kubernetes, with places in the Terraform."""

from __future__ import annotations

import pytest

from costlint.clusters.needs import needs_of
from costlint.clusters.workloads import pod_groups
from costlint.graph import View
from costlint.model import Resource, lookup, parse_path
from costlint.readers.kubernetes.links import link
from costlint.readers.kubernetes.terraform_objects import normalise
from costlint.readers.terraform.files import TerraformFiles
from costlint.readers.terraform.read import read_stack
from costlint.sources import MemorySource

DEPLOYMENT = """\
resource "kubernetes_deployment_v1" "vllm" {
  metadata {
    name      = "vllm"
    namespace = "ml"
    labels    = { "my_team" = "a" }
  }
  spec {
    replicas = 2
    template {
      metadata {
        labels = { app = "vllm" }
      }
      spec {
        node_selector = { "cloud.google.com/gke-accelerator" = "nvidia-l4" }
        toleration {
          key      = "nvidia.com/gpu"
          operator = "Exists"
        }
        container {
          name  = "sidecar"
          image = "a"
        }
        container {
          name  = "vllm"
          image = "vllm/vllm-openai"
          resources {
            limits = {
              "nvidia.com/gpu" = 2
            }
          }
          volume_mount {
            name       = "w"
            mount_path = "/w"
          }
        }
        volume {
          name = "w"
          persistent_volume_claim {
            claim_name = kubernetes_persistent_volume_claim.weights.metadata[0].name
          }
        }
      }
    }
  }
}
resource "kubernetes_persistent_volume_claim" "weights" {
  metadata {
    name      = "weights"
    namespace = "ml"
  }
  spec {
    access_modes       = ["ReadWriteOnce"]
    storage_class_name = "gp3"
    resources {
      requests = { storage = "50Gi" }
    }
  }
}
resource "kubernetes_horizontal_pod_autoscaler_v2" "vllm" {
  metadata {
    name      = "vllm"
    namespace = "ml"
  }
  spec {
    min_replicas = 1
    max_replicas = 4
    scale_target_ref {
      api_version = "apps/v1"
      kind        = "Deployment"
      name        = "vllm"
    }
  }
}
"""


def objects(text: str) -> dict[str, Resource]:
    resources = read_stack(TerraformFiles(MemorySource({"main.tf": text})), "").resources
    normalise(resources)
    return {resource.address: resource for resource in resources}


def test_blocks_become_what_a_manifest_says() -> None:
    found = objects(DEPLOYMENT)["kubernetes_deployment_v1.vllm"]
    assert found.type == "Deployment"
    assert found.tags == {"my_team": "a"}
    (group,) = pod_groups(found)
    assert (group.replicas.value, group.labels) == (2, {"app": "vllm"})
    assert needs_of(group).accelerators == 2
    assert group.spec["tolerations"] == [{"key": "nvidia.com/gpu", "operator": "Exists"}]
    assert group.spec["nodeSelector"] == {"cloud.google.com/gke-accelerator": "nvidia-l4"}
    assert [container["name"] for _, container in group.containers] == ["sidecar", "vllm"]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("spec.replicas", 8),
        ("spec.template.spec.containers.1.resources.limits[nvidia.com/gpu]", 28),
        ("spec.template.spec.containers.0.image", 21),
        ("spec.template.spec.tolerations.0.key", 16),
        ("spec.template.spec.containers.1.volumeMounts.0.mountPath", 33),
    ],
)
def test_places_lead_to_the_line_of_terraform(path: str, line: int) -> None:
    location = objects(DEPLOYMENT)["kubernetes_deployment_v1.vllm"].locator.locate(parse_path(path))
    assert location is not None
    assert (location.span.line, location.exact) == (line, True)


def test_they_are_linked_with_each_other() -> None:
    resources = [*objects(DEPLOYMENT).values()]
    link(resources)
    by_address = {resource.address: resource for resource in resources}
    scaler = by_address["kubernetes_horizontal_pod_autoscaler_v2.vllm"]
    assert scaler.type == "HorizontalPodAutoscaler"
    assert lookup(scaler.attributes, ("spec", "scaleTargetRef", "name")) == "vllm"
    stack = read_stack(TerraformFiles(MemorySource({"main.tf": DEPLOYMENT})), "")
    stack.resources = resources
    view = View(stack)
    deployment = "kubernetes_deployment_v1.vllm"
    assert {edge.source for edge in view.incoming(deployment)} == {scaler.address}
    assert {edge.target for edge in view.outgoing(deployment)} == {"kubernetes_persistent_volume_claim.weights"}


MANIFEST = """\
resource "kubernetes_manifest" "pool" {
  manifest = {
    apiVersion = "karpenter.sh/v1"
    kind       = "NodePool"
    metadata   = { name = "gpu" }
    spec = {
      limits = { "nvidia.com/gpu" = 8 }
    }
  }
}
resource "kubectl_manifest" "config" {
  yaml_body = <<-YAML
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: c
  YAML
}
resource "kubectl_manifest" "later" {
  yaml_body = file("not-here.yaml")
}
"""


def test_manifests_in_arguments_are_what_they_declare() -> None:
    found = objects(MANIFEST)
    assert {address: one.type for address, one in found.items()} == {
        "kubernetes_manifest.pool": "NodePool.karpenter.sh",
        "kubectl_manifest.config": "ConfigMap",
        "kubectl_manifest.later": "kubectl_manifest",
    }
    location = found["kubernetes_manifest.pool"].locator.locate(parse_path("spec.limits[nvidia.com/gpu]"))
    assert location is not None
    assert (location.span.line, location.exact) == (7, True)
    location = found["kubectl_manifest.config"].locator.locate(parse_path("metadata.name"))
    assert location is not None
    assert (location.span.line, location.exact) == (12, False)
