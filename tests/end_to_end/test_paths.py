"""However a path is written, and wherever the user stands, the same things are found once."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from command_lines import Run
from sample_terraform import GP2_VOLUME


@pytest.mark.parametrize("inside_git", [True, False])
@pytest.mark.parametrize(
    ("cwd", "path", "place"),
    [
        (".", "infra", "infra/good.tf:8"),
        (".", "infra/", "infra/good.tf:8"),
        (".", "./infra/.", "infra/good.tf:8"),
        (".", ".", "infra/good.tf:8"),
        (".", "infra/good.tf", "infra/good.tf:8"),
        ("infra", ".", "good.tf:8"),
        ("infra", "good.tf", "good.tf:8"),
        ("infra", "..", "good.tf:8"),
        ("beside", "../infra", "../infra/good.tf:8"),
        ("beside", "{here}/infra", "../infra/good.tf:8"),
        (".", "{here}", "infra/good.tf:8"),
        (".", "link", "infra/good.tf:8"),
    ],
)
def test_a_path_may_be_written_in_any_way(
    here: Path, costlint_: Run, monkeypatch: pytest.MonkeyPatch, cwd: str, path: str, place: str, inside_git: bool
) -> None:
    (here / "beside").mkdir()
    (here / "link").symlink_to("infra")
    if inside_git:
        (here / ".git").mkdir()
    monkeypatch.chdir(here / cwd)
    outcome = costlint_("scan", path.format(here=here), "--format", "json")
    assert (outcome.code, outcome.found) == (0, [f"STO001 {place}"])


@pytest.mark.parametrize("paths", [("infra", "infra/deep"), ("infra/deep", "infra"), ("infra", ".", "infra/good.tf")])
def test_overlapping_paths_count_once(here: Path, costlint_: Run, paths: tuple[str, ...]) -> None:
    (here / "infra" / "deep").mkdir()
    (here / "infra" / "deep" / "main.tf").write_text(GP2_VOLUME)
    outcome = costlint_("scan", *paths, "--format", "json")
    assert sorted(outcome.found) == ["STO001 infra/deep/main.tf:8", "STO001 infra/good.tf:8"]
    assert outcome.report["totals"]["current"]["likely"] == pytest.approx(200)


def test_two_repositories_are_scanned_in_one_run(here: Path, costlint_: Run) -> None:
    for name in ("one", "two"):
        (here / name / ".git").mkdir(parents=True)
        (here / name / "main.tf").write_text(GP2_VOLUME)
    outcome = costlint_("scan", "one", "two", "--format", "json")
    assert outcome.found == ["STO001 one/main.tf:8", "STO001 two/main.tf:8"]


def test_modules_beside_the_scanned_directory_are_read(here: Path, costlint_: Run) -> None:
    (here / ".git").mkdir()
    (here / "modules" / "disk").mkdir(parents=True)
    (here / "modules" / "disk" / "main.tf").write_text(
        'variable "kind" {}\nresource "aws_ebs_volume" "v" {\n  size = 1000\n  type = var.kind\n}\n'
    )
    (here / "envs" / "prod").mkdir(parents=True)
    (here / "envs" / "prod" / "main.tf").write_text(
        'provider "aws" {\n  region = "us-east-1"\n}\n'
        'module "disk" {\n  source = "../../modules/disk"\n  kind   = "gp2"\n}\n'
    )
    outcome = costlint_("scan", "envs/prod", "--format", "json")
    assert (outcome.code, outcome.told) == (0, [])
    assert outcome.found == ["STO001 envs/prod/main.tf:6"]


@pytest.mark.parametrize(
    ("paths", "code", "sentence"),
    [
        (["gone"], 2, "costlint: Invalid value for '[PATHS]...': Path 'gone' does not exist."),
        (["infra", "gone"], 2, "costlint: Invalid value for '[PATHS]...': Path 'gone' does not exist."),
        ([""], 2, "costlint: Invalid value for '[PATHS]...': Path '' does not exist."),
        (["empty"], 4, "Nothing to scan here."),
        (["empty", "infra"], 0, "$100/month as written"),
    ],
)
def test_paths_without_anything(here: Path, costlint_: Run, paths: list[str], code: int, sentence: str) -> None:
    (here / "empty").mkdir()
    outcome = costlint_("scan", *paths)
    assert outcome.code == code
    assert (outcome.out + outcome.err).startswith(sentence)


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("x.tfvars", "error x.tfvars: this file holds values, not resources: give it with --var-file"),
        ("x.json", "error x.json: this file is not a plan in JSON: write one with terraform show -json"),
        ("x.md", "error x.md: this file is not a Terraform file, a plan or a Kubernetes manifest"),
        ("x.pipe", "error x.pipe: this file is not a regular file and is not read"),
    ],
)
def test_a_file_that_is_nothing_to_scan_does_not_stop_the_others(
    here: Path, costlint_: Run, path: str, sentence: str
) -> None:
    for name in ("x.tfvars", "x.json", "x.md"):
        (here / name).touch()
    os.mkfifo(here / "x.pipe")
    outcome = costlint_("scan", path, "infra", "--format", "json")
    assert (outcome.code, outcome.told, outcome.found) == (3, [sentence], ["STO001 infra/good.tf:8"])


def test_nothing_is_written_where_nothing_may_be(here: Path, costlint_: Run) -> None:
    here.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        before = sorted(here.rglob("*"))
        assert costlint_("scan", "infra").code == 0
        assert sorted(here.rglob("*")) == before
    finally:
        here.chmod(stat.S_IRWXU)
