"""`costlint diff`: what people read and which code it ends with."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import sample_diffs as sample
from git_repositories import PROVIDER, Repository

from costlint.model.differences import Amount
from costlint.reports import diff_json
from costlint.reports.diff import render
from costlint.reports.diff_json import DiffError, diff_schema
from costlint.reports.diff_words import stack_beside

Run = Callable[..., Any]
_ARGUMENTS = ("--as-of", "2026-11-22")


def _volume(size: int, kind: str = "gp3") -> str:
    body = f'availability_zone = "us-east-1a"\n  size = {size}\n  type = "{kind}"'
    return f'resource "aws_ebs_volume" "data" {{\n  {body}\n}}\n'


@pytest.fixture
def repository(run_costlint: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    found = Repository(tmp_path)
    found.commit({"main.tf": PROVIDER + _volume(2000)})
    return found


def test_the_first_line_is_the_verdict(run_costlint: Run, repository: Repository) -> None:
    repository.write({"main.tf": PROVIDER + _volume(4000, "gp2")})
    outcome = run_costlint("diff", "--base", "main", *_ARGUMENTS)
    assert outcome.code == 0
    lines = outcome.out.splitlines()
    assert lines[0] == "▲ +$240/mo (+150%) · 1 new finding worth $30.00/mo"
    assert lines[2] == "▲ +$240  aws_ebs_volume.data  size 2000 → 4000, type gp3 → gp2"
    assert "Total     $160 → $400/month" in lines
    assert f"Compared  main ({repository.git('rev-parse', 'HEAD')[:8]}) → the work tree" in lines


def test_nothing_is_said_quietly_if_nothing_differs(run_costlint: Run, repository: Repository) -> None:
    assert run_costlint("diff", "--base", "main", "--quiet") == (0, "", "")
    assert run_costlint("diff", "--base", "main").out.startswith("= $0.00/mo · no new findings\n")


@pytest.mark.parametrize("quiet", [(), ("--quiet",)])
def test_a_file_that_breaks_is_in_the_verdict_with_its_place(
    run_costlint: Run, repository: Repository, quiet: tuple[str, ...]
) -> None:
    repository.write({"new.tf": 'resource "aws_instance" "open" {\n'})
    told = run_costlint("diff", "--base", "main", *quiet, *_ARGUMENTS)
    assert told.code == 3
    lines = told.out.splitlines()
    assert lines[0] == "▲ at least +$0.00/mo · 1 file could not be read"
    assert lines[2].startswith("ERROR new.tf:1:")
    assert ("Total     $160 → at least $160/month" in lines) is not bool(quiet)
    assert ("Input     1 error" in lines) is not bool(quiet)
    assert "nothing that has a price" not in told.out


def test_what_a_broken_file_declared_is_not_said_to_be_gone(run_costlint: Run, repository: Repository) -> None:
    repository.write({"main.tf": PROVIDER + _volume(2000).replace("size =", "size = =")})
    lines = run_costlint("diff", "--base", "main", *_ARGUMENTS).out.splitlines()
    assert lines[0] == "▼ up to -$160/mo (-100%) · 1 file could not be read"
    assert lines[4] == "▼ -$160  aws_ebs_volume.data  removed, or in what could not be read"


def test_an_error_that_was_there_before_is_not_the_change_s(run_costlint: Run, repository: Repository) -> None:
    repository.commit({"old.tf": 'resource "aws_instance" "open" {\n'})
    repository.write({"main.tf": PROVIDER + _volume(4000)})
    told = run_costlint("diff", "--base", "main", "--format", "json", *_ARGUMENTS)
    assert [(one["file"], one["before"]) for one in json.loads(told.out)["diagnostics"]] == [("old.tf", True)]
    first = run_costlint("diff", "--base", "main", *_ARGUMENTS).out.splitlines()[0]
    assert first == "▲ +$160/mo (+100%) · no new findings"
    repository.write({"old.tf": 'resource "aws_instance" "open" {\n', "new.tf": "resource {"})
    assert "1 file could not be read" in run_costlint("diff", "--base", "main", *_ARGUMENTS).out.splitlines()[0]


@pytest.mark.parametrize(
    ("stack", "file", "told"),
    [
        ("envs/prod", "envs/prod/main.tf", ""),
        ("envs/prod", "modules/web/main.tf", "envs/prod"),
        ("envs/prod", "envs/production/main.tf", "envs/prod"),
        ("envs/prod [eu.tfvars]", "envs/prod/main.tf", "envs/prod [eu.tfvars]"),
        (".", "main.tf", ""),
    ],
)
def test_a_stack_is_named_beside_a_place_that_does_not_name_it(stack: str, file: str, told: str) -> None:
    assert stack_beside(stack, file) == told
    line = render(sample.diff(sample.resource(stack=stack, file=file))).splitlines()[3]
    assert line.strip() == (f"{file}:3  {told}" if told else f"{file}:3")


def test_what_moves_by_cents_of_usage_is_told_only_if_everything_is_asked() -> None:
    usage = Amount(-0.21, -0.2, 0.0)
    bucket = sample.resource(0.0, "aws_s3_bucket.logs", usage=usage, changes=())
    compared = sample.diff(bucket)
    assert "By usage" not in render(compared)
    assert "-$0.20 (-$0.21 to $0.00)  aws_s3_bucket.logs" in render(compared, everything=True)


def test_less_is_green_and_more_is_red(run_costlint: Run, repository: Repository) -> None:
    repository.write({"main.tf": PROVIDER + _volume(4000)})
    assert run_costlint("diff", "--base", "main", "--color").out.startswith("\x1b[31m▲")
    repository.write({"main.tf": PROVIDER + _volume(100)})
    assert run_costlint("diff", "--base", "main", "--color").out.startswith("\x1b[32m▼")


@pytest.mark.parametrize(
    ("configuration", "arguments", "after", "code"),
    [
        ("", (), _volume(4000, "gp2"), 0),
        ("", ("--fail-on", "$29"), _volume(4000, "gp2"), 1),
        ("", ("--fail-on", "$29", "--exit-zero"), _volume(4000, "gp2"), 0),
        ("", ("--fail-on", "$31"), _volume(4000, "gp2"), 0),
        ("guard_rails: [{increase: 100}]", (), _volume(4000, "gp2"), 5),
        ("guard_rails: [{increase: 100}]", ("--fail-on", "$29"), _volume(4000, "gp2"), 1),
        ("guard_rails: [{increase: 100, action: warn}]", (), _volume(4000, "gp2"), 0),
        ("guard_rails: [{increase: 300}]", (), _volume(4000, "gp2"), 0),
        ("", (), "resource {", 3),
        ("guard_rails: [{budget: 1}]", (), _volume(4000) + "resource {", 5),
    ],
)
def test_the_exit_code(
    run_costlint: Run, repository: Repository, configuration: str, arguments: tuple[str, ...], after: str, code: int
) -> None:
    repository.commit({".costlint.yaml": configuration} if configuration else None)
    repository.write({"main.tf": PROVIDER + after})
    assert run_costlint("diff", "--base", "main", *_ARGUMENTS, *arguments).code == code


def test_a_crossed_limit_is_said_with_whom_to_ask(run_costlint: Run, repository: Repository) -> None:
    rails = 'guard_rails:\n  - {increase_percent: 20, name: growth}\nowners: {"**": "@acme/platform"}\n'
    repository.write({".costlint.yaml": rails, "main.tf": PROVIDER + _volume(4000)})
    out = run_costlint("diff", "--base", "main").out
    assert "1 limit crossed" in out.splitlines()[0]
    assert "FAIL  growth: the bill grows by 100.0% ($160 → $320/mo), more than the 20% that is allowed" in out
    assert "(@acme/platform)" in out


def test_what_was_found_before_fails_nothing(run_costlint: Run, repository: Repository) -> None:
    repository.commit({"main.tf": PROVIDER + _volume(4000, "gp2")})
    repository.write({"main.tf": "\n\n" + PROVIDER + _volume(4000, "gp2")})
    assert run_costlint("diff", "--base", "main", "--fail-on", "low").code == 0


def test_two_directories_are_compared(run_costlint: Run, repository: Repository) -> None:
    repository.write({"old/main.tf": PROVIDER + _volume(100), "new/main.tf": PROVIDER + _volume(50)})
    out = run_costlint("diff", "old", "new").out
    assert out.startswith("▼ -$4.00/mo (-50%)")
    assert "Compared  old → new" in out


def test_two_plans_are_compared_and_moves_in_them_followed(run_costlint: Run, repository: Repository) -> None:
    def plan(name: str, size: int, previous: str = "") -> str:
        address = f"aws_ebs_volume.{name}"
        values = {"size": size, "type": "gp3", "availability_zone": "us-east-1a"}
        resource = {"address": address, "mode": "managed", "type": "aws_ebs_volume", "name": name, "values": values}
        change = {"address": address, "change": {"after_unknown": {}}} | (
            {"previous_address": previous} if previous else {}
        )
        return json.dumps(
            {
                "format_version": "1.2",
                "terraform_version": "1.9.0",
                "planned_values": {"root_module": {"resources": [resource]}},
                "resource_changes": [change],
                "configuration": {"provider_config": {}, "root_module": {}},
            }
        )

    repository.write({"old.json": plan("a", 100), "new.json": plan("b", 300, "aws_ebs_volume.a")})
    outcome = run_costlint("diff", "old.json", "new.json", "--format", "json")
    found = json.loads(outcome.out)
    assert found["total"]["delta"]["likely"] == pytest.approx(16)
    (only,) = found["resources"]
    assert (only["status"], only["moved_from"], only["address"]) == ("changed", "aws_ebs_volume.a", "aws_ebs_volume.b")


@pytest.mark.parametrize(("verb", "resources"), [("scan", 0), ("estimate", 1)])
def test_two_saved_reports_are_compared(run_costlint: Run, repository: Repository, verb: str, resources: int) -> None:
    for name, kind in (("old", "gp3"), ("new", "gp2")):
        repository.write({"main.tf": PROVIDER + _volume(4000, kind)})
        assert run_costlint(verb, "main.tf", "--format", "json", "--output", f"{name}.json").code == 0
    found = json.loads(run_costlint("diff", "old.json", "new.json", "--format", "json").out)
    assert found["total"]["delta"]["likely"] == pytest.approx(80)
    assert len(found["resources"]) == resources
    assert found["findings_compared"] is (verb == "scan")
    assert [one["rule"] for one in found["findings"]] == (["STO001"] if verb == "scan" else [])
    assert run_costlint("diff", "old.json", "new.json").out.startswith("▲ +$80.00/mo (+25%)")


def test_saved_reports_of_different_kinds_are_refused(run_costlint: Run, repository: Repository) -> None:
    run_costlint("scan", "main.tf", "--format", "json", "--output", "old.json")
    run_costlint("estimate", "main.tf", "--format", "json", "--output", "new.json")
    outcome = run_costlint("diff", "old.json", "new.json")
    assert outcome.code == 3
    assert "hold different things" in outcome.err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "say what to compare"),
        (("main.tf",), "say what to compare"),
        (("main.tf", "main.tf", "--head", "main"), "--head needs --base REF"),
        (("main.tf", "main.tf", "--fetch"), "--fetch needs --base REF"),
        (("--base", "main", "nowhere"), "there is no nowhere here"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    run_costlint: Run, repository: Repository, arguments: tuple[str, ...], sentence: str
) -> None:
    outcome = run_costlint("diff", *arguments)
    assert outcome.code == 2
    assert sentence in outcome.err


def test_it_is_written_to_several_places_at_once(run_costlint: Run, repository: Repository, tmp_path: Path) -> None:
    repository.write({"main.tf": PROVIDER + _volume(4000)})
    outcome = run_costlint("diff", "--base", "main", "--output", "text", "--output", "json=diff.json")
    assert outcome.out.startswith("▲ +$160/mo")
    assert diff_json.read((tmp_path / "diff.json").read_bytes(), "diff.json").total.delta.likely == pytest.approx(160)


def test_the_published_schema_is_this_one() -> None:
    published = Path(__file__).parents[2] / "docs" / "schema" / "diff.json"
    assert json.loads(published.read_text()) == diff_schema(), "run make schema"


def test_an_unknown_base_is_a_sentence(run_costlint: Run, repository: Repository) -> None:
    outcome = run_costlint("diff", "--base", "nowhere")
    assert (outcome.code, outcome.out) == (3, "")
    assert 'git knows no commit "nowhere"' in outcome.err


def test_the_json_follows_its_schema_and_can_be_read_back(run_costlint: Run, repository: Repository) -> None:
    rails = "guard_rails: [{increase: 1}]\nprices_file: prices.yaml\n"
    prices = "currency: {code: EUR, rate: 0.5, date: 2026-11-01}\n"
    repository.write({".costlint.yaml": rails, "prices.yaml": prices, "main.tf": PROVIDER + _volume(4000, "gp2")})
    text = run_costlint("diff", "--base", "main", "--format", "json").out
    found = json.loads(text)
    jsonschema.validate(found, diff_schema())
    assert found["currency"]["code"] == "EUR"
    assert found["total"]["delta"]["likely"] == pytest.approx(120)
    assert found["rails"][0]["message"] == "the bill grows by €120/mo, €120 more than the €0.50 that is allowed"
    back = diff_json.read(text, "diff.json")
    assert back.total.delta.likely == pytest.approx(240)
    assert diff_json.render(back) == text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "not JSON"),
        ("[]", "not a comparison"),
        ('{"version": 9}', "newer costlint"),
        ('{"version": 1, "costlint": 3}', "not a comparison"),
        ("\xff", "not JSON"),
    ],
)
def test_a_file_that_is_no_comparison_is_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(DiffError, match=f"diff.json: .*{sentence}"):
        diff_json.read(text.encode("latin-1"), "diff.json")


def test_control_characters_of_the_input_never_reach_the_terminal(run_costlint: Run, repository: Repository) -> None:
    name = 'resource "aws_ebs_volume" "data" {\n  for_each = toset(["a\\u001b[31m"])\n'
    repository.write({"main.tf": PROVIDER + _volume(4000).replace('resource "aws_ebs_volume" "data" {\n', name)})
    assert "\x1b" not in run_costlint("diff", "--base", "main", "--all").out
