from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sample_reports import finding, report

from costlint.model import Diagnostic, Money

Run = Callable[..., Any]
_ERROR = Diagnostic("error", "expected }", "broken.tf", 7, 2)


def test_findings_alone_do_not_fail_a_run(run_costlint: Run, pipeline: Any) -> None:
    pipeline.report = report(finding())
    outcome = run_costlint("scan", ".")
    assert outcome.code == 0
    assert "STO001" in outcome.out


@pytest.mark.parametrize(
    ("threshold", "changed", "code"),
    [
        ("medium", {}, 1),
        ("high", {}, 0),
        ("high", {"severity": "critical"}, 1),
        ("$20", {}, 1),
        ("$20.01", {}, 0),
        ("$1", {"usage_based": True}, 0),
        ("low", {"usage_based": True}, 0),
        ("$1", {"inferred": True}, 0),
        ("low", {"inferred": True}, 0),
        ("low", {"saving": None, "exposure": Money.exactly(9)}, 1),
    ],
)
def test_the_threshold_decides(
    run_costlint: Run, pipeline: Any, threshold: str, changed: dict[str, Any], code: int
) -> None:
    pipeline.report = report(finding(**changed))
    assert run_costlint("scan", ".", "--fail-on", threshold).code == code


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"findings": True, "error": True}, 1),
        ({"error": True}, 3),
        ({"error": True, "empty": True}, 3),
        ({"empty": True}, 4),
        ({}, 0),
    ],
)
def test_findings_win_over_unreadable_input_and_that_over_nothing_to_scan(
    run_costlint: Run, pipeline: Any, given: dict[str, bool], code: int
) -> None:
    findings = (finding(),) if given.get("findings") else ()
    changed: dict[str, Any] = {"diagnostics": (_ERROR,)} if given.get("error") else {}
    if given.get("empty"):
        changed["stacks"] = ()
    pipeline.report = report(*findings, **changed)
    assert run_costlint("scan", ".", "--fail-on", "low").code == code


def test_usage_errors_win_over_everything(run_costlint: Run, pipeline: Any) -> None:
    pipeline.report = report(finding(), diagnostics=(_ERROR,))
    outcome = run_costlint("scan", ".", "--fail-on", "everything")
    assert outcome.code == 2
    assert outcome.err.startswith('costlint: --fail-on: "everything" is neither a severity')
    assert pipeline.calls == []


def test_the_configuration_may_set_the_threshold(run_costlint: Run, pipeline: Any, tmp_path: Path) -> None:
    (tmp_path / ".costlint.yaml").write_text("fail_on: low")
    pipeline.report = report(finding())
    assert run_costlint("scan", ".").code == 1
    assert run_costlint("scan", ".", "--no-config").code == 0


def test_options_reach_the_pipeline(run_costlint: Run, pipeline: Any, tmp_path: Path) -> None:
    (tmp_path / ".costlint.yaml").write_text("variables: {a: 1, b: 2}\nbudget: 10\n")
    code = run_costlint(
        *("scan", ".", "--region", "aws=eu-west-1", "--region", "gcp=europe-west1", "--environment", "prod"),
        *("--var", "b=x=y", "--var-file", "p.tfvars", "--workspace", "live", "--include-libraries"),
        *("--select", "STO,CMP", "--select", "NET", "--ignore", "STO002", "--profile", "audit"),
        *("--min-saving", "20", "--as-of", "2026-11-01", "--rules", "mine"),
    ).code
    assert code == 0
    ((paths, config),) = pipeline.calls
    assert paths == (".",)
    assert (config.region_for("aws"), config.region_for("gcp")) == ("eu-west-1", "europe-west1")
    assert (config.environment, config.workspace, config.profile) == ("prod", "live", "audit")
    assert config.variable_texts == {"a": "1", "b": "x=y"}
    assert (config.var_files, config.rule_paths) == (("p.tfvars",), (Path("mine"),))
    assert (config.select, config.ignore) == (("STO", "CMP", "NET"), ("STO002",))
    assert (config.min_saving, config.as_of, config.budget) == (20, date(2026, 11, 1), 10)
    assert config.include_libraries


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["scan", "nowhere"], "'nowhere' does not exist"),
        (["scan", ".", "--format", "xml"], "Invalid value for '--format'"),
        (["scan", ".", "--as-of", "soon"], "Invalid value for '--as-of'"),
        (["scan", ".", "--min-saving", "-1"], "Invalid value for '--min-saving'"),
        (["scan", ".", "--min-saving", "nan"], "nan is no amount"),
        (["scan", ".", "--var", "novalue"], '--var "novalue" is not NAME=VALUE'),
        (["scan", ".", "--region", "a", "--region", "b"], "several --region must each name its provider"),
        (["scan", ".", "--region", "oci=x"], "several --region must each name its provider"),
        (["scan", ".", "--config", "no.yaml"], "no.yaml: cannot read the configuration"),
        (["scan", ".", "--config", "a", "--no-config"], "exclude each other"),
        (["scan", ".", "--wat"], "No such option"),
        (["scam", "."], 'no command "scam"; did you mean "scan"?'),
    ],
)
def test_a_mistake_is_a_sentence_and_exit_code_2(
    run_costlint: Run, pipeline: Any, arguments: list[str], sentence: str
) -> None:
    outcome = run_costlint(*arguments)
    assert outcome.code == 2
    assert sentence in outcome.err
    assert outcome.out == ""


def test_a_bad_configuration_is_exit_code_2_with_its_place(run_costlint: Run, pipeline: Any, tmp_path: Path) -> None:
    (tmp_path / ".costlint.yaml").write_text("\nregoin: x")
    outcome = run_costlint("scan", ".")
    assert outcome.code == 2
    assert outcome.err == 'costlint: .costlint.yaml:2:1: unknown key "regoin"; did you mean "region"?\n'


def test_json_is_one_document_on_standard_output(run_costlint: Run, pipeline: Any) -> None:
    pipeline.report = report(finding())
    assert json.loads(run_costlint("scan", ".", "--format", "json").out)["version"] == 1


def test_output_goes_to_a_file(run_costlint: Run, pipeline: Any, tmp_path: Path) -> None:
    outcome = run_costlint("scan", ".", "--format", "json", "--output", "out.json")
    assert (outcome.code, outcome.out) == (0, "")
    assert json.loads((tmp_path / "out.json").read_text())["findings"] == []


def test_an_output_that_cannot_be_written_is_a_usage_error(run_costlint: Run, pipeline: Any) -> None:
    outcome = run_costlint("scan", ".", "--output", "no/such/dir.txt")
    assert outcome.code == 2
    assert outcome.err == "costlint: cannot write no/such/dir.txt: there is no directory no/such; make it first\n"


def test_quiet_prints_nothing_for_a_clean_run(run_costlint: Run, pipeline: Any) -> None:
    assert run_costlint("scan", ".", "--quiet").out == ""


@pytest.mark.parametrize(
    ("environment", "arguments", "coloured"),
    [
        ({}, (), False),
        ({"FORCE_COLOR": "1"}, (), True),
        ({"FORCE_COLOR": "0"}, (), False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, (), False),
        ({"NO_COLOR": "1"}, ("--color",), True),
        ({"FORCE_COLOR": "1"}, ("--no-color",), False),
        ({}, ("--color",), True),
    ],
)
def test_colours_follow_the_option_then_the_environment_then_the_pipe(
    run_costlint: Run,
    pipeline: Any,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    arguments: tuple[str, ...],
    coloured: bool,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    pipeline.report = report(finding())
    assert ("\x1b[" in run_costlint("scan", ".", *arguments).out) is coloured


def test_the_report_follows_the_width_of_the_terminal(
    run_costlint: Run, pipeline: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "50")
    pipeline.report = report(finding())
    assert max(map(len, run_costlint("scan", ".").out.splitlines())) <= 50


ONE_DISK = 'resource "aws_ebs_volume" "a" {\n  availability_zone = "us-east-1a"\n  size = 10\n}\n'


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--region", "us-est-1"), 'there is no region "us-est-1" of any provider; did you mean "us-east-1" or'),
        (("--region", "gcp=us-cntral1"), 'region.gcp: there is no region "us-cntral1" of gcp; did you mean'),
        (("--region", "aws=eastus"), 'region.aws: there is no region "eastus" of aws'),
    ],
)
def test_a_region_no_provider_has_stops_the_scan(
    run_costlint: Run, tmp_path: Path, given: tuple[str, ...], said: str
) -> None:
    (tmp_path / "main.tf").write_text(ONE_DISK)
    outcome = run_costlint("scan", ".", *given)
    assert (outcome.code, outcome.out) == (2, "")
    assert said in outcome.err


def test_a_misspelt_region_of_the_configuration_is_told_with_its_place(run_costlint: Run, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(ONE_DISK)
    (tmp_path / ".costlint.yaml").write_text("profile: audit\nregion:\n  aws: eu-wst-1\n")
    outcome = run_costlint("scan", ".")
    assert outcome.code == 2
    assert (
        '.costlint.yaml:3:3: region.aws: there is no region "eu-wst-1" of aws; did you mean "eu-west-1"?' in outcome.err
    )
    assert run_costlint("scan", ".", "--region", "us-east-1").code == 0


@pytest.mark.parametrize(
    "region", ["us-east-1", "us-east-1a", "westeurope", "West Europe", "europe-west4", "cn-north-1"]
)
def test_every_region_some_provider_has_will_do(run_costlint: Run, tmp_path: Path, region: str) -> None:
    (tmp_path / "main.tf").write_text(ONE_DISK)
    assert run_costlint("scan", ".", "--region", region).code == 0


@pytest.mark.parametrize("until", ["31.3.2027", "2027-02-31", "soon"])
def test_an_odd_date_in_a_comment_is_a_warning_that_says_what_happens(
    run_costlint: Run, tmp_path: Path, until: str
) -> None:
    (tmp_path / "main.tf").write_text(ONE_DISK.replace("= 10", f"= 10 # costlint:ignore the vendor until={until}"))
    shown = run_costlint("scan", ".", "--all").out
    assert f'main.tf:3:1: "{until}" is not a date such as 2026-12-31, so the suppression has no end' in shown


@pytest.mark.parametrize(
    ("written", "code", "says"),
    [
        ("prdo", 2, 'did you mean "prd" or "prod"?'),
        ("stagign", 2, 'did you mean "staging"?'),
        ("lvie", 2, 'did you mean "live"?'),
        ("blue", 0, "no environment of the configuration, and no word for one: what is said of production"),
        ("live", 0, ""),
        ("prd", 0, ""),
        ("prod-eu", 0, ""),
        ("nonprod", 0, ""),
    ],
)
def test_an_environment_that_tells_nothing_is_asked_about(
    run_costlint: Run, tmp_path: Path, written: str, code: int, says: str
) -> None:
    (tmp_path / ".costlint.yaml").write_text("environments: {'live/**': {name: live, kind: prod}}")
    (tmp_path / "main.tf").write_text('resource "aws_ebs_volume" "a" { size = 1 }')
    told = run_costlint("scan", ".", "--environment", written)
    assert told.code == code
    assert says in told.err if says else told.err == ""


def test_an_environment_of_the_configuration_is_of_the_kind_it_says(run_costlint: Run, tmp_path: Path) -> None:
    (tmp_path / ".costlint.yaml").write_text("environments: {'live/**': {name: live, kind: prod}}")
    (tmp_path / "main.tf").write_text('resource "aws_ebs_volume" "a" { size = 1 }')
    told = run_costlint("scan", ".", "--environment", "live", "--format", "json")
    (stack,) = json.loads(told.out)["stacks"]
    assert (stack["environment"]["name"], stack["environment"]["kind"]) == ("live", "prod")
