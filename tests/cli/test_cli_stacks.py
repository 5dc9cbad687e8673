"""Stacks, libraries and environments through the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

MAIN = """\
provider "aws" {
  region = "us-east-1"
}

variable "size" {
  type = number
}

resource "aws_ebs_volume" "models" {
  availability_zone = "us-east-1a"
  size              = var.size
  type              = "gp2"
}
"""
VOLUME = MAIN[MAIN.index("resource") :].replace("var.size", "1000")


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


@pytest.fixture
def alternatives(tmp_path: Path) -> Path:
    sizes = {"prod": 1000, "staging": 900, "dev": 100}
    write(tmp_path, {"infra/main.tf": MAIN, **{f"infra/envs/{n}.tfvars": f"size = {s}\n" for n, s in sizes.items()}})
    return tmp_path


def scanned(run_costlint: Run, *arguments: str) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(run_costlint("scan", *arguments, "--format", "json").out)
    return report


def total(report: dict[str, Any]) -> float:
    return float(report["totals"]["current"]["likely"])


def test_alternatives_are_side_by_side_and_production_counts(run_costlint: Run, alternatives: Path) -> None:
    out = run_costlint("scan", "infra").out
    assert " ".join(out.split()).startswith(
        "infra costs $100/month with envs/prod.tfvars, $90.00 with envs/staging.tfvars or $10.00 with envs/dev.tfvars; "
        "$20.00/month (20%) of the first can be saved."
    )
    assert out.count("STO001") == 1
    assert "infra/main.tf:12:23  STO001  in all 3 environments" in out
    assert "not added (alternatives: all would): infra [envs/staging.tfvars] $90.00" in out


def test_alternatives_in_json_name_each_stack_with_what_it_is_worth_there(
    run_costlint: Run, alternatives: Path
) -> None:
    report = scanned(run_costlint, "infra")
    assert {one["name"]: (one["counted"], one["environment"]["kind"]) for one in report["stacks"]} == {
        "infra [envs/dev.tfvars]": (False, "nonprod"),
        "infra [envs/prod.tfvars]": (True, "prod"),
        "infra [envs/staging.tfvars]": (False, "nonprod"),
    }
    (found,) = report["findings"]
    assert found["saving"]["likely"] == 20
    assert {one["stack"]: one["saving"]["likely"] for one in found["stacks"]} == {
        "infra [envs/dev.tfvars]": 2,
        "infra [envs/prod.tfvars]": 20,
        "infra [envs/staging.tfvars]": 18,
    }
    assert {one["fingerprint"] for one in found["stacks"]} == {found["fingerprint"]}
    assert (total(report), report["coverage"]["alternatives"], report["coverage"]["resources"]) == (100, 2, 1)


@pytest.mark.parametrize(
    ("configuration", "expected", "stacks"),
    [
        ("alternatives: all", 200, 3),
        ("alternatives: none", 0, 1),
        (
            "roots:\n  - {path: infra, var_files: [infra/envs/prod.tfvars]}\n"
            "  - {path: infra, var_files: [infra/envs/dev.tfvars], environment: prod}\n",
            110,
            2,
        ),
        ("var_files: [infra/envs/dev.tfvars]", 100, 3),
    ],
)
def test_the_configuration_says_what_is_deployed(
    run_costlint: Run, alternatives: Path, configuration: str, expected: float, stacks: int
) -> None:
    (alternatives / ".costlint.yaml").write_text(configuration)
    report = scanned(run_costlint, "infra")
    assert (total(report), len(report["stacks"])) == (expected, stacks)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--var-file", "infra/envs/dev.tfvars"), 10),
        (("--var", "size=50"), 5),
        (("--workspace", "blue", "--var", "size=50"), 5),
    ],
)
def test_the_command_line_says_how_everything_is_deployed(
    run_costlint: Run, alternatives: Path, options: tuple[str, ...], expected: float
) -> None:
    report = scanned(run_costlint, "infra", *options)
    assert (total(report), len(report["stacks"])) == (expected, 1)


def test_the_command_line_wins_over_the_roots_of_the_configuration(run_costlint: Run, alternatives: Path) -> None:
    entries = "".join(f"  - {{path: infra, var_files: [infra/envs/{n}.tfvars]}}\n" for n in ("prod", "dev"))
    (alternatives / ".costlint.yaml").write_text("roots:\n" + entries)
    report = scanned(run_costlint, "infra", "--var-file", "infra/envs/staging.tfvars")
    assert (total(report), len(report["stacks"])) == (90, 1)


def test_the_environment_variables_of_terraform_are_used_when_asked_for(
    run_costlint: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"infra/main.tf": MAIN})
    monkeypatch.setenv("TF_VAR_size", "10")
    assert total(scanned(run_costlint, "infra")) == 0
    assert total(scanned(run_costlint, "infra", "--tf-var-env")) == 1


def test_what_nobody_sets_is_told_once_for_each_root(run_costlint: Run, tmp_path: Path) -> None:
    write(tmp_path, {"infra/main.tf": MAIN, "infra/prod.tfvars": "", "infra/variables.tf": 'variable "zone" {}\n'})
    notes = scanned(run_costlint, "infra")["diagnostics"]
    assert [(one["file"], one["line"], one["message"]) for one in notes] == [
        (
            "infra/main.tf",
            5,
            'no value for variables "size", "zone": add to infra/terraform.tfvars: size = 0; zone = "…"',
        )
    ]


def test_a_literal_in_a_variable_file_is_a_finding_of_its_own(run_costlint: Run, tmp_path: Path) -> None:
    main = MAIN.replace('"gp2"', "var.kind") + 'variable "kind" {}\n'
    texts = {f"infra/{name}.tfvars": 'kind = "gp2"\nsize = 1000\n' for name in ("prod", "dev")}
    write(tmp_path, {"infra/main.tf": main, **texts})
    found = scanned(run_costlint, "infra")["findings"]
    assert sorted(one["file"] for one in found) == ["infra/dev.tfvars", "infra/prod.tfvars"]
    assert len({one["fingerprint"] for one in found}) == 2
    assert "STO001  dev · not in the total" in run_costlint("scan", "infra").out


def test_a_module_two_roots_call_has_one_finding_with_both_savings(run_costlint: Run, tmp_path: Path) -> None:
    call = 'provider "aws" {\n  region = "us-east-1"\n}\nmodule "m" {\n  source = "../../modules/m"\n}\n'
    write(tmp_path, {"modules/m/main.tf": VOLUME, "envs/prod/main.tf": call, "envs/dev/main.tf": call})
    (found,) = scanned(run_costlint, ".")["findings"]
    assert (found["file"], found["saving"]["likely"]) == ("modules/m/main.tf", 40)
    assert [one["environment"]["kind"] for one in found["stacks"]] == ["nonprod", "prod"]
    assert "in 2 stacks" in run_costlint("scan", ".").out


def test_a_saving_in_any_environment_fails_the_run(run_costlint: Run, alternatives: Path) -> None:
    assert run_costlint("scan", "infra", "--fail-on", "$20").code == 1
    assert run_costlint("scan", "infra", "--fail-on", "$21").code == 0


EXAMPLE = 'provider "aws" {\n  region = "us-east-1"\n}\nmodule "it" {\n  source = "../.."\n  size = 1000\n}\n'
MODULE = MAIN[MAIN.index("variable") :]


def test_a_module_by_itself_is_a_line(run_costlint: Run, tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": MODULE, "examples/full/main.tf": EXAMPLE, "tests/all/main.tf": EXAMPLE})
    outcome = run_costlint("scan", ".", "--fail-on", "$1")
    assert outcome.code == 0
    assert outcome.out == (
        "Nothing here is deployed: 2 libraries nobody calls (--include-libraries looks into them).\n"
    )
    report = scanned(run_costlint, ".", "--include-libraries")
    assert (total(report), [one["why"] for one in report["stacks"]]) == (
        200,
        [
            "it is an example (examples/) of how the rest is used",
            "it is a test (tests/) of how the rest is used",
        ],
    )


def test_an_example_that_is_asked_for_is_priced(run_costlint: Run, tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": MODULE, "examples/full/main.tf": EXAMPLE})
    (tmp_path / ".git").mkdir()
    assert total(scanned(run_costlint, "examples/full")) == 100


def test_roots_in_the_configuration_bring_in_a_library(run_costlint: Run, tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": MODULE, "examples/full/main.tf": EXAMPLE})
    (tmp_path / ".costlint.yaml").write_text("roots: [{path: examples/full, environment: nonprod}]\n")
    report = scanned(run_costlint, ".")
    assert (total(report), report["coverage"]["libraries"]) == (100, 0)


RULE = """\
id: OWN001
name: own-rule
title: machines outside production
practice: storage.tiered
phase: quick-win
severity: low
confidence: high
resources:
  aws_ebs_volume:
    match: {environment: nonprod, type: gp2}
    change: {type: gp3}
message: "{{ address }} is not production"
why: because
fix: safe
"""


def test_checks_that_await_an_environment_are_counted_with_what_to_add(run_costlint: Run, tmp_path: Path) -> None:
    write(tmp_path, {"infra/main.tf": MAIN, "infra/terraform.tfvars": "size = 1000", "rules/own.yaml": RULE})
    only = ("--rules", "rules", "--select", "OWN001")
    out = run_costlint("scan", "infra", *only).out
    assert out.startswith("Nothing to save found: 1 of 1 resource priced, $100/month (--profile audit asks more).")
    assert "1 check awaits an environment: add `environments: {infra: prod}` (or nonprod) to .costlint.yaml" in out
    (tmp_path / ".costlint.yaml").write_text("environments: {infra: nonprod}\n")
    assert "OWN001" in run_costlint("scan", "infra", *only).out


@pytest.mark.parametrize(
    ("provider", "glob"),
    [
        ('provider "aws" {\n  region = "us-east-1"\n  allowed_account_ids = ["123456789012"]\n}', "'123456789012'"),
        ('provider "google" {\n  project = "acme-p-1"\n  region = "us-central1"\n}', "acme-p-*"),
    ],
)
def test_accounts_name_the_environment(run_costlint: Run, tmp_path: Path, provider: str, glob: str) -> None:
    write(tmp_path, {"infra/main.tf": provider + "\n" + VOLUME})
    (tmp_path / ".costlint.yaml").write_text(f"environments: {{{glob}: prod}}\n")
    (stack,) = scanned(run_costlint, "infra")["stacks"]
    assert stack["environment"] == {"name": "prod", "kind": "prod", "evidence": "configuration"}
