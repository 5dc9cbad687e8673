"""The pipeline: what a run counts, which environment a stack gets, which variable files it is read with."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from costlint.config import Config, ConfigError, PathSettings, read_config
from costlint.pipeline import scan

_KNOWN = 'resource "aws_ebs_volume" "known" {\n  size = 10\n  type = "gp3"\n}\n'
_SIZE_UNKNOWN = 'variable "size" {}\nresource "aws_ebs_volume" "sized" {\n  size = var.size\n  type = "gp3"\n}\n'
_COUNT_UNKNOWN = 'variable "n" {}\nresource "aws_eip" "some" {\n  count = var.n\n}\n'
_FREE = 'resource "aws_iam_role" "free" {}\n'
_UNPRICED = 'resource "aws_made_up" "nobody" {}\n'
_NOTHING_RUNS = (
    'resource "aws_launch_template" "t" {\n  instance_type = "m5.large"\n}\n'
    'resource "aws_autoscaling_group" "none" {\n  min_size = 0\n  max_size = 0\n  desired_capacity = 0\n'
    "  launch_template {\n    id = aws_launch_template.t.id\n  }\n}\n"
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        (_KNOWN, (1, 0, 0, 0)),
        (_FREE, (0, 1, 0, 0)),
        (_SIZE_UNKNOWN, (0, 0, 1, 0)),
        (_COUNT_UNKNOWN, (0, 0, 1, 0)),
        (_UNPRICED, (0, 0, 0, 1)),
        (_NOTHING_RUNS, (1, 1, 0, 0)),
        (_KNOWN + _SIZE_UNKNOWN + _COUNT_UNKNOWN + _FREE + _UNPRICED + _NOTHING_RUNS, (2, 2, 2, 1)),
    ],
    ids=["known", "free", "unknown attribute", "unknown count", "no estimator", "runs nothing", "all of them"],
)
def test_every_resource_is_priced_free_unknown_or_unpriced(here: Path, text: str, counts: tuple[int, ...]) -> None:
    write(here / "main.tf", 'provider "aws" {\n  region = "us-east-1"\n}\n' + text)
    coverage = scan(["."], Config()).coverage
    assert (coverage.priced, coverage.free, coverage.unknown, coverage.unpriced_resources) == counts
    assert coverage.resources == sum(counts)


def test_a_resource_priced_in_part_is_counted_as_such(here: Path) -> None:
    disk = "  root_block_device {\n    volume_size = 100\n  }\n"
    machines = "".join(
        f'resource "aws_instance" "{kind[3]}" {{\n  ami = "ami-1"\n  instance_type = "{kind}"\n{disk}}}\n'
        for kind in ("m5.large", "m5.2xlrge")
    )
    write(here / "main.tf", 'provider "aws" {\n  region = "us-east-1"\n}\n' + machines)
    coverage = scan(["."], Config()).coverage
    assert (coverage.priced, coverage.in_part, coverage.unpriced_resources) == (2, 1, 0)
    assert coverage.unpriced == {'no price for m5.2xlrge in us-east-1; did you mean "m5.2xlarge"?': 1}


def test_reasons_are_counted_once_for_each_resource(here: Path) -> None:
    write(here / "main.tf", _UNPRICED + _UNPRICED.replace("nobody", "either") + _SIZE_UNKNOWN)
    coverage = scan(["."], Config(include_libraries=True)).coverage
    assert coverage.unpriced == {"aws_made_up is not priced yet": 2}


_SIZED = (
    'provider "aws" {\n  region = "us-east-1"\n}\nvariable "size" {\n  default = 1\n}\n'
    'resource "aws_ebs_volume" "v" {\n  size = var.size\n  type = "gp3"\n}\n'
)


def monthly(config: Config, *paths: str) -> float:
    return round(scan(paths or ["."], config).totals.current.likely, 2)


def test_variable_files_are_relative_to_where_the_user_is(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / ".git").mkdir()
    write(here / "infra" / "app" / "main.tf", _SIZED)
    write(here / "infra" / "big.tfvars", "size = 1000\n")
    assert monthly(Config(var_files=("infra/big.tfvars",))) == 80
    monkeypatch.chdir(here / "infra")
    assert monthly(Config(var_files=("big.tfvars",)), "app") == 80


def test_a_variable_file_may_lie_outside_the_scanned_tree(here: Path) -> None:
    write(here / "infra" / "main.tf", _SIZED)
    write(here / "secrets" / "big.tfvars", "size = 1000\n")
    report = scan(["infra"], Config(var_files=("secrets/big.tfvars",)))
    assert report.totals.current.likely == pytest.approx(80)
    (result,) = report.stacks
    assert result.stack.var_files == ("secrets/big.tfvars",)
    (volume,) = result.stack.resources
    location = volume.locator.locate(("size",))
    assert location is not None
    assert (location.span.file, location.span.line) == ("secrets/big.tfvars", 1)


@pytest.mark.parametrize("named", ["gone.tfvars", "infra", "pipe"])
def test_a_variable_file_that_cannot_be_read_stops_the_run(here: Path, named: str) -> None:
    write(here / "infra" / "main.tf", _SIZED)
    os.mkfifo(here / "pipe")
    with pytest.raises(ConfigError, match=f"^variable file {named}"):
        scan(["infra"], Config(var_files=(named,)))


def test_a_mistake_in_a_variable_file_is_told_with_its_place(here: Path) -> None:
    write(here / "infra" / "main.tf", _SIZED)
    write(here / "bad.tfvars", "size = 5\nmore {\n}\nother = \n")
    report = scan(["infra"], Config(var_files=("bad.tfvars",)))
    assert [str(diagnostic) for diagnostic in report.diagnostics] == [
        'bad.tfvars:4:7: expected a value for "other" after "="',
        'bad.tfvars:2:1: "more" is a block: a variable file holds name = value',
    ]
    assert report.totals.current.likely == pytest.approx(0.4)


@pytest.mark.parametrize("inside_git", [True, False])
@pytest.mark.parametrize("cwd", [".", "live", "live/eu"])
def test_environments_are_named_by_paths_as_people_see_them(
    here: Path, monkeypatch: pytest.MonkeyPatch, cwd: str, inside_git: bool
) -> None:
    if inside_git:
        (here / ".git").mkdir()
    write(here / "live" / "eu" / "main.tf", _SIZED)
    write(here / ".costlint.yaml", "environments:\n  live/eu: {name: europe, kind: prod}\n")
    config = read_config(here / ".costlint.yaml")
    monkeypatch.chdir(here / cwd)
    (result,) = scan([os.path.relpath(here / "live" / "eu")], config).stacks
    assert result.stack.environment[:2] == ("prod", "europe")


def test_a_plan_has_the_environment_of_its_file(here: Path) -> None:
    write(here / "plans" / "prod.json", '{"format_version": "1.2", "planned_values": {"root_module": {}}}')
    (result,) = scan(["plans"], Config(environments={"plans/*": "prod"})).stacks
    assert result.stack.environment.kind == "prod"


def test_the_directory_named_on_the_command_line_tells_the_environment_outside_git(here: Path) -> None:
    write(here / "envs" / "staging" / "main.tf", _SIZED)
    (result,) = scan(["envs/staging"], Config()).stacks
    assert (result.stack.environment.kind, result.stack.environment.evidence) == ("nonprod", "path envs/staging")


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (Config(select=("NOPE1",)), 'select: there is no rule "NOPE1"; costlint rules list names them all'),
        (Config(ignore=("gp2-volum",)), 'ignore: there is no rule "gp2-volum"; did you mean "gp2-volume"'),
        (Config(severity={"ST0001": "high"}), 'severity: there is no rule "ST0001"; did you mean "STO001"'),
        (Config(per_path=(PathSettings("x/**", ignore=("zz",)),)), 'per_path x/**: there is no rule "zz"'),
        (Config(select=("zz",), file=".costlint.yaml"), '.costlint.yaml: select: there is no rule "zz"'),
    ],
)
def test_a_rule_that_does_not_exist_stops_the_run(here: Path, config: Config, message: str) -> None:
    write(here / "main.tf", _KNOWN)
    with pytest.raises(ConfigError) as stopped:
        scan(["."], config)
    assert str(stopped.value).startswith(message)


@pytest.mark.parametrize("selector", ["STO", "sto001", "gp2-volume", "storage", "all"])
def test_rules_are_named_by_id_name_prefix_and_category(here: Path, selector: str) -> None:
    write(here / "main.tf", _KNOWN.replace("gp3", "gp2"))
    assert [finding.rule.id for finding in scan(["."], Config(select=(selector,), min_saving=0)).findings] == ["STO001"]


def test_a_path_that_vanished_does_not_stop_the_others(here: Path) -> None:
    write(here / "infra" / "main.tf", _KNOWN)
    report = scan(["gone", "infra"], Config())
    assert [str(diagnostic) for diagnostic in report.diagnostics] == ["gone: no such file or directory"]
    assert len(report.stacks) == 1


@pytest.mark.parametrize("paths", [["a", "a/b"], ["a/b", "a"], ["a", "a"], ["a/main.tf", "a", "./a/", "a/b/main.tf"]])
@pytest.mark.parametrize("inside_git", [True, False])
def test_overlapping_paths_count_nothing_twice(here: Path, paths: list[str], inside_git: bool) -> None:
    if inside_git:
        (here / ".git").mkdir()
    write(here / "a" / "main.tf", _KNOWN)
    write(here / "a" / "b" / "main.tf", _KNOWN)
    report = scan(paths, Config())
    assert (len(report.stacks), report.coverage.resources) == (2, 2)
    assert report.totals.current.likely == pytest.approx(2 * 0.8)
