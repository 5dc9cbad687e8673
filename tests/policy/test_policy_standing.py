"""Findings that change nothing stand where what they are about is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from costlint.config import Config
from costlint.pipeline import scan

PODS = """apiVersion: apps/v1
kind: Deployment
metadata: {name: vllm}
spec:
  replicas: 2
  template:
    spec:
      nodeSelector: {node.kubernetes.io/instance-type: p4d.24xlarge}
      containers:
        - name: proxy
          image: envoy
        - name: vllm
          image: vllm/vllm-openai
          resources:
            limits:
              nvidia.com/gpu: 3
"""


RULE = """id: TST001
name: standing
title: Standing
practice: infra.gpu-selection
phase: quick-win
severity: low
confidence: high
exposure: monthly
unpriced: show
resources:
  workload:
    each: %s
    match: %s
message: "here"
why: "It is about a place."
references: ["https://kubernetes.io/docs/"]
examples: []
"""


def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, match: str, each: str) -> list[str]:
    (tmp_path / ".git").mkdir()
    (tmp_path / "pods.yaml").write_text(text)
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "TST001-standing.yaml").write_text(RULE % (each, match))
    monkeypatch.chdir(tmp_path)
    report = scan(["pods.yaml"], Config(rules=("rules",), select=("TST001",), profile="audit"))
    return [str(one.span) for one in report.findings]


@pytest.mark.parametrize(
    ("each", "match", "places"),
    [
        ("pods", "{pod.device: present}", ["pods.yaml:16:31"]),
        ("pods", "{pod.nature: service}", ["pods.yaml:16:31"]),
        ("containers", "{image: envoy}", ["pods.yaml:10:17"]),
        ("containers", "{container.device: present}", ["pods.yaml:12:17"]),
    ],
)
def test_a_finding_about_pods_or_containers_stands_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, each: str, match: str, places: list[str]
) -> None:
    assert place(tmp_path, monkeypatch, PODS, match, each) == places


def test_pods_without_accelerators_have_no_better_line_than_their_object(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = PODS.replace("nvidia.com/gpu", "cpu")
    assert place(tmp_path, monkeypatch, text, "{pod.nature: service}", "pods") == ["pods.yaml:1:1"]


@pytest.mark.parametrize(
    ("each", "match", "places"),
    [
        ('""', "{pod.nature: service, spec.replicas: 2}", ["pods.yaml:5:13"]),
        ('""', "{any: [{spec.paused: true}, {spec.replicas: {at_least: 2}}], kind: Deployment}", ["pods.yaml:5:13"]),
        ('""', "{spec.paused: absent, metadata.name: {not: x}, spec.replicas: 2}", ["pods.yaml:5:13"]),
        ('""', "{any: [{spec.replicas: absent}, {metadata.name: vllm}]}", ["pods.yaml:3:18"]),
        ('""', "{spec.paused: absent}", ["pods.yaml:1:1"]),
        ("pods", "{resource.spec.replicas: 2}", ["pods.yaml:5:13"]),
    ],
)
def test_a_finding_stands_on_the_first_attribute_its_rule_asks_about_that_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, each: str, match: str, places: list[str]
) -> None:
    assert place(tmp_path, monkeypatch, PODS, match, each) == places


def test_a_container_without_a_name_is_found_where_it_begins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = """apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: llm}
spec:
  predictor:
    nodeSelector: {node.kubernetes.io/instance-type: g6.2xlarge}
    model:
      modelFormat: {name: huggingface}
      resources:
        limits: {nvidia.com/gpu: 1}
"""
    assert place(tmp_path, monkeypatch, text, "{container.device: present}", "containers") == ["pods.yaml:8:7"]
