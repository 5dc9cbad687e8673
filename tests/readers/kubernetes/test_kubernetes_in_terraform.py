"""Objects Terraform declares are read in the words of Kubernetes, with places in the Terraform."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from costlint.clusters.needs import needs_of
from costlint.clusters.workloads import pod_groups
from costlint.graph import View
from costlint.model import Resource, Unknown, lookup, parse_path
from costlint.readers.kubernetes.links import link
from costlint.readers.kubernetes.terraform_objects import normalise
from costlint.readers.terraform.files import TerraformFiles
from costlint.readers.terraform.read import read_stack
from costlint.sources import MemorySource

_NO_FILES: Mapping[str, str] = {}
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


def objects(text: str, files: Mapping[str, str] = _NO_FILES) -> dict[str, Resource]:
    resources = read_stack(TerraformFiles(MemorySource({"main.tf": text, **files})), "").resources
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
    assert (location.span.line, location.exact) == (16, True)


POD = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: vllm
spec:
  # how many
  replicas: 4
  template:
    spec:
      nodeSelector: {type: "%s"}
"""
HEREDOC = 'resource "kubectl_manifest" "a" {\n  yaml_body = <<-YAML\n' + (POD % "${var.type}") + "  YAML\n}\n"
VARIABLE = 'variable "type" { default = "g5.xlarge" }\n'
UNKNOWN = 'resource "aws_lb" "x" {}\n'


@pytest.mark.parametrize(
    ("body", "files", "replicas", "selector"),
    [
        (HEREDOC + VARIABLE, {}, "main.tf:9:13", "main.tf:15:29"),
        (
            'resource "kubectl_manifest" "a" {\n  yaml_body = templatefile("pod.yaml", { type = var.type })\n}\n'
            + VARIABLE,
            {"pod.yaml": POD % "${type}"},
            "pod.yaml:7:13",
            "main.tf:4:29",
        ),
        (
            'resource "kubectl_manifest" "a" {\n  yaml_body = file("${path.module}/pod.yaml")\n}\n',
            {"pod.yaml": POD % "g5"},
            "pod.yaml:7:13",
            "pod.yaml:10:28",
        ),
        (
            'resource "kubernetes_manifest" "a" {\n  manifest = yamldecode(file("pod.yaml"))\n}\n',
            {"pod.yaml": POD % "g5"},
            "pod.yaml:7:13",
            "pod.yaml:10:28",
        ),
        (
            'resource "kubernetes_manifest" "a" {\n  manifest = yamldecode(local.text)\n}\nlocals {\n  text = <<YAML\n'
            + (POD % "g5")
            + "YAML\n}\n",
            {},
            "main.tf:12:13",
            "main.tf:15:28",
        ),
        (
            'resource "kubectl_manifest" "a" {\n  yaml_body = <<-YAML\n    %{ if true }\n'
            + (POD % "${var.type}-${aws_lb.x.id}")
            + "  YAML\n}\n"
            + VARIABLE
            + UNKNOWN,
            {},
            "main.tf:10:13",
            None,
        ),
        (
            'resource "kubectl_manifest" "a" {\n  for_each  = { one = "g5", two = "g6" }\n'
            '  yaml_body = templatefile("pod.yaml", { type = each.value })\n}\n',
            {"pod.yaml": POD % "${type}"},
            "pod.yaml:7:13",
            "main.tf:2:23",
        ),
    ],
    ids=["heredoc", "templatefile", "file", "yamldecode", "through a local", "unknown in part", "for each"],
)
def test_values_inside_yaml_stand_on_their_lines(
    body: str, files: Mapping[str, str], replicas: str, selector: str | None
) -> None:
    body = body.replace("    %{ if true }\n", "\n")
    found = next(one for one in objects(body, files).values() if one.type == "Deployment")
    assert found.get("spec.replicas") == 4
    location = found.locator.locate(("spec", "replicas"))
    assert location is not None
    assert (str(location.span), location.exact) == (replicas, True)
    chosen = found.get("spec.template.spec.nodeSelector.type")
    if selector is None:
        assert isinstance(chosen, Unknown)
        return
    assert str(chosen).startswith("g5")
    location = found.locator.locate(("spec", "template", "spec", "nodeSelector", "type"))
    assert location is not None
    assert str(location.span) == selector


def test_a_line_that_is_there_several_times_is_found_by_its_number() -> None:
    text = "apiVersion: v1\nkind: Service\nmetadata:\n  name: x\n  labels:\n    a: b\nspec:\n  selector:\n    a: b\n"
    body = f'resource "kubectl_manifest" "a" {{\n  yaml_body = <<-YAML\n{text}  YAML\n}}\n'
    found = next(iter(objects(body).values())).locator.locate(("spec", "selector", "a"))
    assert found is not None
    assert (found.span.line, found.exact, found.name) == (11, True, ": kubectl_manifest.a.spec.selector.a")


def test_where_lines_move_one_that_is_there_several_times_is_not_guessed() -> None:
    text = "apiVersion: v1\nkind: Service\nmetadata:\n  name: x\n  labels:\n    a: b\nspec:\n  selector:\n    a: b\n"
    moved = '%{ for n in ["x", "y"] ~}\n# ${n}\n%{ endfor ~}\n'
    body = f'resource "kubectl_manifest" "a" {{\n  yaml_body = <<-YAML\n{moved}{text}  YAML\n}}\n'
    locator = next(iter(objects(body).values())).locator
    twice, once = (locator.locate(path) for path in (("spec", "selector", "a"), ("metadata", "name")))
    assert twice is not None
    assert once is not None
    assert (twice.span.line, twice.exact, once.span.line, once.exact) == (2, False, 9, True)


def test_documents_of_a_file_are_objects_each() -> None:
    body = (
        'data "kubectl_file_documents" "all" {\n  content = file("all.yaml")\n}\n'
        'resource "kubectl_manifest" "each" {\n  for_each  = data.kubectl_file_documents.all.manifests\n'
        "  yaml_body = each.value\n}\n"
        'resource "kubectl_manifest" "counted" {\n  count     = length(data.kubectl_file_documents.all.documents)\n'
        "  yaml_body = element(data.kubectl_file_documents.all.documents, count.index)\n}\n"
    )
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: vllm, namespace: ml}\nspec: {type: LoadBalancer}\n"
    found = objects(body, {"all.yaml": POD % "g5" + "---\n" + service})
    assert {address: one.type for address, one in found.items() if not one.data} == {
        'kubectl_manifest.each["/apis/apps/v1/deployments/vllm"]': "Deployment",
        'kubectl_manifest.each["/api/v1/namespaces/ml/services/vllm"]': "Service",
        "kubectl_manifest.counted[0]": "Deployment",
        "kubectl_manifest.counted[1]": "Service",
    }


@pytest.mark.parametrize("content", ['file("gone.yaml")', '"a: ["', '"a: 1"', "aws_lb.x.id"])
def test_documents_nobody_can_tell_leave_what_is_made_of_them_unknown(content: str) -> None:
    body = (
        f'data "kubectl_file_documents" "all" {{\n  content = {content}\n}}\n'
        'resource "kubectl_manifest" "each" {\n  for_each  = data.kubectl_file_documents.all.manifests\n'
        "  yaml_body = each.value\n}\n"
    )
    (found,) = [one for one in objects(body + UNKNOWN).values() if one.type == "kubectl_manifest"]
    assert isinstance(found.exists, Unknown)
