"""A chart that is not here is priced and checked by the values it is given, and by nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from costlint.config import Config
from costlint.model import Finding, Report, Resource, Stack, parse_path
from costlint.pipeline import scan, survey

CLUSTER = """provider "aws" { region = "us-east-1" }
resource "aws_eks_cluster" "c" {
  name     = "c"
  role_arn = "r"
  vpc_config { subnet_ids = ["a"] }
}
resource "aws_eks_node_group" "gpu" {
  cluster_name    = aws_eks_cluster.c.name
  node_group_name = "gpu"
  node_role_arn   = "r"
  subnet_ids      = ["a"]
  instance_types  = ["p4d.24xlarge"]
  scaling_config {
    min_size     = 1
    max_size     = 4
    desired_size = 2
  }
}
"""
RELEASE = """resource "helm_release" "llm" {
  name       = "llm"
  namespace  = "ml"
  repository = "https://charts.example.com"
  chart      = "inference"
  version    = "1.0.0"
%s
}
"""
VALUES = """  values = [<<-EOT
    replicaCount: 2
    resources:
      limits:
        nvidia.com/gpu: 3
    persistence:
      enabled: true
      size: 500Gi
      storageClass: gp2
    worker:
      nodeSelector: {role: none}
      resources:
        requests: {cpu: 4, memory: 8Gi}
  EOT
  ]"""


def write(directory: Path, text: str, name: str = "main.tf") -> None:
    (directory / ".git").mkdir(exist_ok=True)
    (directory / name).write_text(text)


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COSTLINT_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path


def read() -> Stack:
    (stack,) = survey(["."], Config())
    return stack


def of_type(stack: Stack, type_: str) -> list[Resource]:
    return [one for one in stack.resources if one.type == type_]


def places(resource: Resource, *paths: str) -> list[str]:
    found = [resource.locator.locate(parse_path(path)) for path in paths]
    return [f"{one.span.line}:{one.span.column}{'' if one.exact else '?'}" if one else "-" for one in found]


def report() -> Report:
    return scan(["."], Config(profile="audit"))


def finding(found: Report, rule: str) -> Finding:
    return next(one for one in found.findings if one.rule.id == rule)


def test_values_stand_on_the_lines_of_the_heredoc(tree: Path) -> None:
    write(tree, RELEASE % VALUES)
    (found,) = of_type(read(), "HelmValues")
    resources = "spec.pods.0.template.spec.containers.0.resources"
    assert places(
        found, "spec.pods.0.replicas", f"{resources}.limits[nvidia.com/gpu]", f"{resources}.requests", "spec.pods.1"
    ) == ["8:19", "11:25", "10:7?", "17:7"]
    assert places(of_type(read(), "PersistentVolumeClaim")[0], "spec.resources.requests.storage") == ["14:13"]


def test_pods_are_priced_on_the_nodes_of_the_cluster_and_marked_as_assumed(tree: Path) -> None:
    write(tree, CLUSTER + RELEASE % VALUES)
    (result,) = report().stacks
    estimate = result.estimates["HelmValues/ml/llm"]
    (part,) = [part for part in estimate.components if part.unit == "gpu-hour"]
    assert part.quantity.likely == 2 * 3 * 730
    assert part.allocated == "aws_eks_node_group.gpu"
    assert "told from the values alone: the chart is not here" in part.assumptions
    assert estimate.unpriced == ("worker: the number of replicas is not known before deployment",)
    claims = [result.estimates[one.address] for one in of_type(result.stack, "PersistentVolumeClaim")]
    assert [claim.monthly.likely for claim in claims] == [50.0, 50.0]
    assert all("told from the values alone: the chart is not here" in one.components[0].assumptions for one in claims)


def test_rules_of_workloads_hold_for_them_with_medium_confidence_at_most(tree: Path) -> None:
    write(tree, CLUSTER + RELEASE % VALUES)
    found = finding(report(), "K8S002")
    assert found.addresses == ("HelmValues/ml/llm",)
    assert str(found.span) == "main.tf:29:25"
    assert found.confidence == "medium"
    assert "inference is read from its values: the chart is not here" in found.assumptions


def test_what_is_absent_from_values_is_not_known_to_be(tree: Path) -> None:
    write(tree, CLUSTER + RELEASE % VALUES)
    absent = {one.rule.id for one in report().findings if one.addresses == ("HelmValues/ml/llm",)}
    assert absent == {"K8S002"}  # nothing about targets, requests, limits or probes, which the chart may set


def test_a_chart_whose_values_say_nothing_of_pods_is_unpriced(tree: Path) -> None:
    write(tree, RELEASE % "")
    (result,) = report().stacks
    assert result.estimates["HelmValues/ml/llm"].unpriced == (
        "the chart is not here, and the values alone say nothing certain of its pods: costlint charts fetch",
    )


UNKNOWN_PARTS = [
    (
        '  values = [yamlencode({ replicas = 2, host = aws_lb.x.dns_name, resources = { requests = { cpu = "2" } } })]',
        ["7:37", "7:99"],
    ),
    (
        "  values = [<<-EOT\n    host: ${aws_lb.x.dns_name}\n    replicas: 2\n    resources:\n      requests:\n"
        '        cpu: "2"\n  EOT\n  ]',
        ["9:15", "12:14"],
    ),
]


@pytest.mark.parametrize(("values", "lines"), UNKNOWN_PARTS, ids=["yamlencode", "heredoc"])
def test_values_that_are_known_in_part_count_where_they_are(tree: Path, values: str, lines: list[str]) -> None:
    write(tree, RELEASE % values + 'resource "aws_lb" "x" {}\n')
    (found,) = of_type(read(), "HelmValues")
    cpu = "spec.pods.0.template.spec.containers.0.resources.requests.cpu"
    assert (found.get("spec.pods.0.replicas"), found.get(cpu)) == (2, "2")
    assert places(found, "spec.pods.0.replicas", cpu) == lines


def test_values_nobody_can_read_may_say_anything(tree: Path) -> None:
    write(tree, 'variable "v" {}\n' + RELEASE % ("  values = [var.v, yamlencode({ replicas = 2 })]"))
    assert "spec" not in of_type(read(), "HelmValues")[0].attributes


def test_a_secret_that_is_set_leaves_the_other_values_known(tree: Path) -> None:
    secret = '  set_sensitive {\n    name  = "auth.password"\n    value = var.v\n  }'
    write(tree, 'variable "v" {}\n' + RELEASE % f"{VALUES}\n{secret}")
    (found,) = of_type(read(), "HelmValues")
    assert found.get("spec.pods.0.replicas") == 2


def test_an_application_names_the_lines_of_its_values(tree: Path) -> None:
    write(
        tree,
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: llm}\nspec:\n  source:\n"
        "    repoURL: https://charts.example.com\n    chart: inference\n    targetRevision: 1.0.0\n    helm:\n"
        "      valuesObject:\n        server:\n          replicaCount: 2\n          resources:\n"
        "            requests: {cpu: 2, memory: 4Gi}\n",
        "app.yaml",
    )
    (found,) = of_type(read(), "HelmValues")
    assert places(found, "spec.pods.0.replicas") == ["12:25"]
    (result,) = report().stacks
    assert result.estimates[found.address].monthly.likely > 0
