"""Manifests are scanned with the Terraform that declares their cluster."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from costlint.config import ClusterSettings, Config
from costlint.model import Report
from costlint.pipeline import estimate, scan

EKS = """
provider "aws" { region = "us-east-1" }
terraform {
  backend "s3" {}
}
resource "aws_eks_cluster" "main" { name = "main" }
resource "aws_eks_node_group" "gpu" {
  cluster_name    = aws_eks_cluster.main.name
  node_group_name = "gpu"
  instance_types  = ["g5.12xlarge"]
  scaling_config {
    min_size     = %(least)s
    desired_size = 2
    max_size     = %(most)s
  }
}
"""
FIXED, SCALED = EKS % {"least": 2, "most": 2}, EKS % {"least": 1, "most": 4}
CHAT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: chat
spec:
  replicas: 1
  selector: {matchLabels: {app: chat}}
  template:
    metadata: {labels: {app: chat}}
    spec:
      containers:
        - name: vllm
          resources:
            limits:
              nvidia.com/gpu: 4
"""
OTHER = CHAT.replace("chat", "other")
ELSEWHERE = CHAT.replace(
    "    spec:\n", "    spec:\n      nodeSelector: {node.kubernetes.io/instance-type: g5.12xlarge}\n"
)
RULE = """
id: TST001
name: fewer-gpus
title: a test
practice: infra.gpu-selection
phase: quick-win
severity: medium
confidence: high
resources:
  workload:
    each: containers
    match: {container.gpus: {more_than: 1}}
    change: {"resources.limits[nvidia.com/gpu]": 1}
message: "{{ container.gpus }} GPUs where 1 would do"
why: "## What it does\\nA test."
unpriced: show
"""


def written(folder: Path, files: Mapping[str, str]) -> list[str]:
    (folder / ".git").mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return [str(folder)]


def deployed(report: Report) -> dict[str, list[str]]:
    return {
        Path(result.stack.directory).name: sorted(Path(one.directory).name for one in result.stack.deployed)
        for result in report.stacks
    }


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"infra/main.tf": FIXED, "deploy/a.yaml": CHAT}, {"infra": ["deploy"]}),
        (
            {"prod/main.tf": FIXED, "dev/main.tf": SCALED, "k8s/prod/a.yaml": CHAT, "k8s/dev/a.yaml": CHAT},
            {"prod": ["prod"], "dev": ["dev"]},
        ),
        ({"prod/main.tf": FIXED, "dev/main.tf": SCALED, "k8s/a.yaml": CHAT}, {"prod": [], "dev": [], "k8s": []}),
        ({"prod/main.tf": FIXED, "k8s/dev/a.yaml": CHAT}, {"prod": [], "dev": []}),
        ({"infra/main.tf": FIXED, "a/x.yaml": CHAT, "b/x.yaml": CHAT}, {"infra": [], "a": [], "b": []}),
        (
            {"tf/sites/blue/main.tf": FIXED, "tf/sites/green/main.tf": SCALED, "k8s/sites/blue/a.yaml": CHAT},
            {"blue": ["blue"], "green": []},
        ),
        (
            {"tf/blue/main.tf": FIXED, "tf/green/main.tf": SCALED, "k8s/blue/apps/a.yaml": CHAT},
            {"blue": [], "green": [], "apps": []},
        ),
        ({"deploy/a.yaml": CHAT}, {"deploy": []}),
        ({"infra/main.tf": FIXED, "chart/Chart.yaml": "name: x", "chart/templates/a.yaml": CHAT}, {"infra": []}),
        (
            {
                "infra/main.tf": FIXED,
                "base/kustomization.yaml": "resources: [a.yaml]\npatches: [{path: p.yaml}]",
                "base/a.yaml": CHAT,
                "base/p.yaml": CHAT.replace("chat", "patch"),
                "base/unused.yaml": CHAT.replace("chat", "unused"),
            },
            {"infra": ["base"]},
        ),
        ({"aws/infra/main.tf": FIXED, "azure/k8s/a.yaml": CHAT}, {"infra": [], "k8s": []}),
        ({"aws/infra/main.tf": FIXED, "aws/k8s/a.yaml": CHAT, "azure/a.yaml": CHAT}, {"infra": ["k8s"], "azure": []}),
        ({"infra/main.tf": FIXED, "k8s/a.yaml": CHAT, "gke/b.yaml": CHAT}, {"infra": [], "k8s": [], "gke": []}),
        ({"infra/main.tf": FIXED, "azure-openai-proxy/a.yaml": CHAT}, {"infra": ["azure-openai-proxy"]}),
    ],
)
def test_manifests_join_the_one_cluster_they_fit(
    tmp_path: Path, files: Mapping[str, str], expected: Mapping[str, list[str]]
) -> None:
    assert deployed(estimate(written(tmp_path, files), Config())) == expected


def test_of_a_kustomization_only_what_it_lists_is_read(tmp_path: Path) -> None:
    files = {
        "kustomization.yaml": "resources: [a.yaml]\npatches: [{path: p.yaml}]",
        "a.yaml": CHAT,
        "p.yaml": CHAT.replace("chat", "patch"),
    }
    (result,) = estimate(written(tmp_path, files), Config()).stacks
    assert [resource.address for resource in result.stack.resources] == ["Deployment/chat"]


def test_samples_go_to_no_cluster_and_all_count_if_asked(tmp_path: Path) -> None:
    paths = written(tmp_path / "gke-samples", {"infra/main.tf": FIXED, "a/a.yaml": CHAT, "b/b.yaml": OTHER})
    report = estimate(paths, Config())
    assert deployed(report) == {"infra": [], "a": [], "b": []}
    assert sum(result.counted for result in report.stacks) == 2
    assert deployed(estimate(paths, Config(alternatives="all"))) == {"infra": ["a", "b"]}


def test_the_configuration_says_which_cluster(tmp_path: Path) -> None:
    files = {"prod/main.tf": FIXED, "dev/main.tf": SCALED, "k8s/a.yaml": CHAT}
    paths = written(tmp_path, files)
    config = Config(clusters=(ClusterSettings(path="k8s", root="dev"),), base=str(tmp_path))
    assert deployed(estimate(paths, config)) == {"prod": [], "dev": ["k8s"]}


def test_the_configuration_says_what_nodes_are(tmp_path: Path) -> None:
    paths = written(tmp_path, {"k8s/a.yaml": CHAT})
    entry = ClusterSettings(provider="aws", region="eu-west-1", instance_type="g5.12xlarge")
    (result,) = estimate(paths, Config(clusters=(entry,))).stacks
    assert result.stack.region.name == "eu-west-1"
    assert result.totals.current.likely > 0


def test_namespaces_tell_the_environment(tmp_path: Path) -> None:
    chat = CHAT.replace("  name: chat\n", "  name: chat\n  namespace: chat-staging\n")
    (result,) = estimate(written(tmp_path, {"k8s/a.yaml": chat}), Config()).stacks
    assert (result.stack.environment.kind, result.stack.environment.evidence) == (
        "nonprod",
        'namespace "chat-staging"',
    )


def finding_of(tmp_path: Path, files: Mapping[str, str], rule: str = RULE) -> Report:
    written(tmp_path / "rules", {"t/TST001-fewer-gpus.yaml": rule})
    written(tmp_path / "repo", files)
    return scan([str(tmp_path / "repo")], Config(rules=(str(tmp_path / "rules"),), select=("TST001",), min_saving=0))


@pytest.mark.parametrize(("infra", "scales"), [(FIXED, False), (SCALED, True)])
def test_what_a_change_frees_of_a_pool_is_told_and_not_added(tmp_path: Path, infra: str, scales: bool) -> None:
    report = finding_of(tmp_path, {"infra/main.tf": infra, "deploy/a.yaml": CHAT})
    (finding,) = report.findings
    (freed,) = finding.freed
    assert finding.saving is not None
    assert (freed.pool, freed.scales) == ("aws_eks_node_group.gpu", scales)
    assert freed.amount.likely == pytest.approx(finding.saving.likely)
    assert freed.amount.likely == pytest.approx(3 * 730 * 0.878902, rel=1e-4)
    assert report.totals.saving.likely == 0
    assert report.totals.freed.likely == pytest.approx(freed.amount.likely)
    assert (Path(finding.span.file).name, finding.span.line) == ("a.yaml", 15)


def test_the_same_change_saves_where_the_pods_are_billed_themselves(tmp_path: Path) -> None:
    report = finding_of(tmp_path, {"deploy/a.yaml": ELSEWHERE})
    (finding,) = report.findings
    assert finding.freed == ()
    assert report.totals.saving.likely == pytest.approx(3 * 730 * 0.878902, rel=1e-4)


def test_the_saving_of_a_change_to_the_pool_is_that_of_its_bill(tmp_path: Path) -> None:
    rule = RULE.replace(
        """  workload:
    each: containers
    match: {container.gpus: {more_than: 1}}
    change: {"resources.limits[nvidia.com/gpu]": 1}
""",
        """  aws_eks_node_group:
    match: {scaling_config.desired_size: 2}
    change: {scaling_config.desired_size: 1, scaling_config.min_size: 1, scaling_config.max_size: 1}
""",
    ).replace("{{ container.gpus }} GPUs where 1 would do", "too many nodes")
    (finding,) = finding_of(tmp_path, {"infra/main.tf": FIXED, "deploy/a.yaml": CHAT}, rule).findings
    assert finding.freed == ()
    assert finding.saving is not None
    assert finding.saving.likely == pytest.approx(5.672 * 730 + 20 * 0.08)


ROLES = """\
apiVersion: leaderworkerset.x-k8s.io/v1
kind: LeaderWorkerSet
metadata: {name: chat}
spec:
  replicas: 1
  leaderWorkerTemplate:
    size: 3
    leaderTemplate:
      spec:
        nodeSelector: {node.kubernetes.io/instance-type: g5.12xlarge}
        containers: [{name: a, image: a, resources: {limits: {nvidia.com/gpu: 4}}}]
    workerTemplate:
      spec:
        containers: [{name: a, image: a, resources: {limits: {nvidia.com/gpu: 1}}}]
"""
UNTARGETED = """
id: TST001
name: any-gpu
title: a test
practice: infra.gpu-selection
phase: quick-win
severity: medium
confidence: high
exposure: monthly
resources:
  workload:
    each: pods
    match: {pod.targeted: false}
message: "any GPU"
why: "## What it does\\nA test."
unpriced: show
"""


@pytest.mark.parametrize(
    ("files", "expected"),
    [({"infra/main.tf": FIXED, "k/a.yaml": ROLES}, 2 * 730 * 0.878902), ({"a.yaml": ROLES}, None)],
)
def test_of_pods_in_several_roles_only_those_a_finding_is_about_are_at_stake(
    tmp_path: Path, files: Mapping[str, str], expected: float | None
) -> None:
    (finding,) = finding_of(tmp_path, files, UNTARGETED).findings
    exposure = finding.exposure.likely if finding.exposure is not None else None
    assert exposure == (pytest.approx(expected, rel=1e-4) if expected else None)


def test_an_absent_autoscaler_is_unknown_beside_what_could_not_be_read(tmp_path: Path) -> None:
    rule = RULE.replace(
        """    each: containers
    match: {container.gpus: {more_than: 1}}
    change: {"resources.limits[nvidia.com/gpu]": 1}
""",
        """    match:
      not_linked: {type: [HorizontalPodAutoscaler, ScaledObject.keda.sh], via: spec.scaleTargetRef}
    change: {spec.replicas: 0}
""",
    ).replace("{{ container.gpus }} GPUs where 1 would do", "no autoscaler")
    scaler = """
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: chat}
spec: {scaleTargetRef: {kind: Deployment, name: chat}, minReplicas: 1, maxReplicas: 2}
"""

    def told(name: str, **files: str) -> int:
        beside = {f"deploy/{file}.yaml": text for file, text in files.items()}
        return len(finding_of(tmp_path / name, {"deploy/a.yaml": ELSEWHERE, **beside}, rule).findings)

    assert told("alone") == 1
    assert told("scaled", hpa=scaler) == 0
    assert told("other", hpa=scaler.replace("name: chat}, min", "name: web}, min")) == 1
    assert told("template", hpa="apiVersion: v1\nkind: {{ .Kind }}\n{{- if .x }}\na: [") == 0
    assert told("broken", hpa="apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x\n") == 0
