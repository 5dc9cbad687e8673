"""`terraform show -json plan | costlint scan -` and its like; and no path at all."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sample_terraform import GP2_VOLUME

Run = Callable[..., Any]
Piped = Callable[..., Any]

PLAN = {
    "format_version": "1.2",
    "terraform_version": "1.9.0",
    "planned_values": {
        "root_module": {
            "resources": [
                {
                    "address": "aws_ebs_volume.models",
                    "mode": "managed",
                    "type": "aws_ebs_volume",
                    "name": "models",
                    "provider_name": "registry.terraform.io/hashicorp/aws",
                    "values": {"availability_zone": "us-east-1a", "size": 1000, "type": "gp2"},
                }
            ]
        }
    },
    "resource_changes": [],
    "configuration": {"provider_config": {"aws": {"expressions": {"region": {"constant_value": "us-east-1"}}}}},
}
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: chat}
spec:
  containers:
  - name: server
    image: vllm/vllm-openai:v0.11.0
    resources: {limits: {nvidia.com/gpu: 1}}
"""


@pytest.fixture
def piped(run_costlint: Run, monkeypatch: pytest.MonkeyPatch) -> Piped:
    """Runs a command line with a text on its standard input."""

    def run(text: str, *arguments: str) -> Any:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        return run_costlint(*arguments)

    return run


@pytest.mark.parametrize(("text", "file"), [(GP2_VOLUME, "stdin.tf:8"), (json.dumps(PLAN), "stdin.json:1")])
def test_what_is_piped_in_is_scanned(piped: Piped, text: str, file: str) -> None:
    outcome = piped(text, "scan", "-")
    assert outcome.code == 0
    assert "$20.00/mo" in outcome.out
    assert file in outcome.out
    assert "costlint explain" not in outcome.out  # there is no file to explain


def test_manifests_are_priced_as_far_as_they_say(piped: Piped) -> None:
    outcome = piped(POD, "estimate", "-")
    assert outcome.code == 0
    assert outcome.out.startswith("No price for the only resource\n")
    assert "$0.00" not in outcome.out


def test_what_is_piped_in_goes_by_the_name_it_was_asked_for(piped: Piped) -> None:
    lines = piped(GP2_VOLUME, "estimate", "-", "--environment", "prod").out.splitlines()
    assert lines[2].split()[:2] == ["-", "(prod)"]


def test_a_piped_text_and_a_directory_are_two_stacks(piped: Piped) -> None:
    Path("infra").mkdir()
    Path("infra/main.tf").write_text(GP2_VOLUME)
    report = json.loads(piped(GP2_VOLUME, "scan", "-", "infra", "--format", "json").out)
    assert report["totals"]["current"]["likely"] == pytest.approx(200)


def test_a_piped_server_is_sized(piped: Piped) -> None:
    selector = "  nodeSelector: {node.kubernetes.io/instance-type: p4d.24xlarge}\n"
    options = "    args: [--model, Qwen/Qwen3-8B, --max-model-len, '8192']\n"
    server = POD.replace("    resources:", f"{options}    resources:")
    outcome = piped(server + selector, "size", "--from", "-", "--region", "aws=us-east-1")
    assert outcome.code == 0
    assert outcome.out.startswith("Pod/chat")
    assert "Qwen/Qwen3-8B" in outcome.out


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "-: the standard input is empty"),
        ('{"a": 1}', "stdin.json: this file is not a plan in JSON"),
        ('resource "aws_ebs_volume" {\n', "stdin.tf:1"),
    ],
)
def test_what_cannot_be_read_is_a_sentence(piped: Piped, text: str, sentence: str) -> None:
    outcome = piped(text, "scan", "-")
    assert outcome.code == 3
    assert sentence in outcome.out


@pytest.mark.parametrize("verb", [("scan",), ("estimate",), ("usage", "init")])
def test_without_a_path_the_current_directory_is_meant(run_costlint: Run, verb: tuple[str, ...]) -> None:
    assert run_costlint(*verb).code == 4
    Path("main.tf").write_text(GP2_VOLUME + 'resource "aws_sqs_queue" "jobs" {}\n')
    here = run_costlint(*verb)
    assert here.code == 0
    assert here.out == run_costlint(*verb, ".").out
