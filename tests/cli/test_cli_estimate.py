from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from costlint.reports.estimate_json import estimate_schema
from costlint.usage import read_usage

Run = Callable[..., Any]
PUBLISHED = Path(__file__).parents[2] / "docs" / "schema" / "estimate.json"
STACK = """
provider "aws" {
  region       = "us-east-1"
  default_tags { tags = { team = "ml" } }
}
variable "size" {}
module "queues" { source = "./queues" }
resource "aws_ebs_volume" "models" {
  count             = 3
  availability_zone = "us-east-1a"
  size              = 1000
  type              = "gp3"
}
resource "aws_instance" "web" {
  instance_type = var.size
  tags          = { team = "web" }
  root_block_device {
    volume_size = 10
    volume_type = "gp3"
  }
}
resource "aws_iam_role" "r" { assume_role_policy = "{}" }
"""
QUEUES = 'resource "aws_sqs_queue" "jobs" {\n  for_each = toset(["a", "b"])\n}\n'


@pytest.fixture
def infra(run_costlint: Run) -> Path:
    Path("infra/queues").mkdir(parents=True)
    Path("infra/main.tf").write_text(STACK)
    Path("infra/queues/main.tf").write_text(QUEUES)
    return Path("infra")


def test_the_tree_shows_quantity_times_price(run_costlint: Run, infra: Path) -> None:
    outcome = run_costlint("estimate", "infra")
    assert outcome.code == 0
    lines = [" ".join(line.split()) for line in outcome.out.splitlines()]
    assert lines[0].startswith("At least $24")
    assert "aws_ebs_volume.models[*] ×3 3 × 1,000 gb × $0.08 $240" in lines
    assert any(line.startswith("module.queues $") for line in lines)
    assert "aws_sqs_queue.jobs[*] ×2 2 × 5,000,000 request × $0.0000004 ~$4.00" in lines


def test_no_rule_is_loaded(run_costlint: Run, infra: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("an estimate needs no rules")

    monkeypatch.setattr("costlint.pipeline.load_rules", refuse)
    assert run_costlint("estimate", "infra").code == 0


@pytest.mark.parametrize(
    ("by", "rows"),
    [
        ("service", ["EBS 3 – $240", "SQS 2 $4.00 $4.00"]),
        ("category", ["infrastructure 6 $4.00 $245"]),
        ("module", ["(root module) 4 – $241", "module.queues 2 $4.00 $4.00"]),
        ("region", ["us-east-1 6 $4.00 $245"]),
        ("environment", ["(not known) 6 $4.00 $245"]),
        ("tag:team", ["ml 5 $4.00 $244", "web 1 – $0.80"]),
        ("tag:owner", ["(no owner) 6 $4.00 $245"]),
    ],
)
def test_estimates_are_grouped(run_costlint: Run, infra: Path, by: str, rows: list[str]) -> None:
    out = run_costlint("estimate", "infra", "--by", by).out
    lines = [" ".join(line.split()) for line in out.splitlines()]
    for row in rows:
        assert any(line.startswith(row) for line in lines), out


PLATFORM = str(Path(__file__).parents[2] / "fixtures" / "llm-platform")
CATEGORIES = {"infrastructure", "serving", "data", "operations"}


@pytest.mark.parametrize("by", ["service", "category", "module", "region", "environment", "tag:team"])
def test_every_grouping_of_a_platform_adds_up_to_its_total(run_costlint: Run, by: str) -> None:
    report = json.loads(run_costlint("estimate", PLATFORM, "--format", "json", "--by", by).out)
    groups = {group["name"]: group["cost"]["monthly"]["likely"] for group in report["groups"]}
    assert sum(groups.values()) == pytest.approx(report["cost"]["monthly"]["likely"], abs=0.01)
    assert all(amount > 0 for amount in groups.values())
    if by == "category":
        assert set(groups) == CATEGORIES


def test_a_pod_with_every_gpu_of_its_node_is_no_bill_of_that_node(run_costlint: Run, tmp_path: Path) -> None:
    (tmp_path / "chat.yaml").write_text(
        """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: chat}
spec:
  template:
    spec:
      nodeSelector: {node.kubernetes.io/instance-type: p4d.24xlarge}
      containers: [{name: a, image: a, resources: {limits: {nvidia.com/gpu: 8}}}]
"""
    )
    told = run_costlint("estimate", "chat.yaml", "--no-config", "--no-user-prices", "--region", "us-east-1").out
    assert "takes every accelerator of its nodes; $8,178 of their price is left over, which is counted nowhere" in told


def test_depth_ends_the_tree(run_costlint: Run, infra: Path) -> None:
    def names(depth: str) -> str:
        return str(run_costlint("estimate", "infra", "--depth", depth).out)

    assert "module.queues" not in names("stack")
    assert "module.queues" in names("module")
    assert "aws_sqs_queue" not in names("module")
    assert "aws_sqs_queue.jobs[*] ×2" in names("resource")
    assert "request ×" not in names("resource")


def test_a_long_estimate_fits_a_screen_and_says_what_is_left_out(run_costlint: Run) -> None:
    Path("main.tf").write_text(
        "".join(f'resource "aws_ebs_volume" "v{n}" {{\n  size = {n}\n  type = "gp3"\n}}\n' for n in range(1, 201))
    )
    short = run_costlint("estimate", ".", "--region", "us-east-1").out.splitlines()
    assert len(short) <= 60
    left = [int(line.split()[0][1:]) for line in short if " more worth $" in line]
    shown = sum("aws_ebs_volume.v" in line for line in short)
    assert shown + sum(left) == 200
    whole = run_costlint("estimate", ".", "--region", "us-east-1", "--all").out
    assert whole.count("aws_ebs_volume.v") == 200


def test_what_has_no_price_is_listed_with_its_reason_and_line(run_costlint: Run, infra: Path) -> None:
    unpriced = run_costlint("estimate", "infra", "--show", "unpriced").out
    assert "1 resource unpriced" in unpriced
    assert "aws_instance.web" in unpriced
    assert "infra/main.tf:14" in unpriced
    free = run_costlint("estimate", "infra", "--show", "free").out
    assert "1  aws_iam_role" in free


def test_json_is_as_the_published_schema_says(run_costlint: Run, infra: Path) -> None:
    outcome = run_costlint("estimate", "infra", "--format", "json", "--by", "service")
    document = json.loads(outcome.out)
    jsonschema.validate(document, json.loads(PUBLISHED.read_text()))
    assert document["partial"] is True
    assert [group["name"] for group in document["groups"]] == ["EBS", "SQS", "EC2"]
    (stack,) = document["stacks"]
    for resource in stack["resources"]:
        parts = sum(part["monthly"]["likely"] for part in resource["components"])
        assert resource["cost"]["monthly"]["likely"] == pytest.approx(parts, abs=0.01)
    queue = next(r for r in stack["resources"] if r["type"] == "aws_sqs_queue")
    assert (queue["service"], queue["category"], queue["tags"]) == ("SQS", "infrastructure", {"team": "ml"})
    assert queue["components"][0]["usage"]


def test_html_is_one_file_that_needs_nothing_else(run_costlint: Run, infra: Path) -> None:
    outcome = run_costlint("estimate", "infra", "--format", "html", "--by", "tag:team", "--output", "estimate.html")
    assert (outcome.code, outcome.out) == (0, "")
    text = Path("estimate.html").read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>")
    assert "<span>by tag:team</span>" in text
    assert "aws_sqs_queue.jobs[*]</code> ×2" in text


def test_the_schema_is_published() -> None:
    assert json.loads(PUBLISHED.read_text()) == estimate_schema(), "run make schema"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--by", "colour"], 2, '"colour" is not one of service'),
        (["--by", "tag:"], 2, '"tag:" is not one of'),
        (["--by", "service", "--show", "free"], 2, "exclude each other"),
        (["--usage-file", "none.yml"], 2, "none.yml: cannot read the usage file: No such file"),
    ],
)
def test_what_cannot_be_asked_is_said(
    run_costlint: Run, infra: Path, arguments: list[str], code: int, said: str
) -> None:
    outcome = run_costlint("estimate", "infra", *arguments)
    assert outcome.code == code
    assert said in outcome.err


def test_broken_input_and_empty_directories_have_exit_codes_of_their_own(run_costlint: Run, infra: Path) -> None:
    Path("empty").mkdir()
    assert run_costlint("estimate", "empty").code == 4
    Path("infra/broken.tf").write_text('resource "a" {')
    assert run_costlint("estimate", "infra").code == 3


def test_an_unedited_usage_file_changes_nothing(run_costlint: Run, infra: Path) -> None:
    before = run_costlint("estimate", "infra", "--format", "json").out
    written = run_costlint("usage", "init", "infra", "--output", "usage.yml")
    assert written.code == 0
    assert list(yaml.safe_load(Path("usage.yml").read_text())["resource_usage"]) == [
        "module.queues.aws_sqs_queue.jobs[*]"
    ]
    after = run_costlint("estimate", "infra", "--format", "json", "--usage-file", "usage.yml").out
    assert json.loads(after) == json.loads(before)


def test_a_usage_file_with_its_defaults_is_understood_wholly(run_costlint: Run, infra: Path) -> None:
    text = run_costlint("usage", "init", "infra").out
    Path("usage.yml").write_text("\n".join(line.replace("    # ", "    ", 1) for line in text.splitlines()))
    (entry,) = read_usage("usage.yml").entries
    assert (entry.key, entry.value) == ("monthly_requests", 5_000_000)
    report = json.loads(run_costlint("estimate", "infra", "--format", "json", "--usage-file", "usage.yml").out)
    queue = next(r for r in report["stacks"][0]["resources"] if r["type"] == "aws_sqs_queue")
    assert queue["components"][0]["assumptions"] == []
    assert queue["cost"]["monthly"]["likely"] == pytest.approx(2)
    assert [d for d in report["diagnostics"] if "usage.yml" in d["file"]] == []
    assert run_costlint("usage", "init", "infra", "--usage-file", "usage.yml").code == 4


def test_a_usage_file_is_never_overwritten(run_costlint: Run, infra: Path) -> None:
    Path("usage.yml").write_text("mine")
    outcome = run_costlint("usage", "init", "infra", "--output", "usage.yml")
    assert outcome.code == 2
    assert "usage.yml is there already" in outcome.err
    assert Path("usage.yml").read_text() == "mine"


def test_a_tag_nothing_has_is_told_with_the_keys_there_are(run_costlint: Run, infra: Path) -> None:
    out = run_costlint("estimate", "infra", "--by", "tag:owner").out
    assert "Nothing is tagged owner; the keys here are team" in out
    assert "Nothing is tagged" not in run_costlint("estimate", "infra", "--by", "tag:team").out
