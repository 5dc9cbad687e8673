"""`costlint init` proposes what it found, and writes only where nothing is."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from costlint.config import load_config

Run = Callable[..., Any]
REGION = 'provider "aws" {\n  region = "us-east-1"\n}\n'
PROVIDER = REGION + 'resource "aws_iam_user" "u" {}\n'
SIZED = REGION + 'variable "size" {}\nresource "aws_ebs_volume" "v" {\n  size = var.size\n  type = "gp3"\n}\n'
FILES = {
    "live/prod/eu/main.tf": PROVIDER,
    "live/prod/us/main.tf": PROVIDER,
    "live/shared/main.tf": PROVIDER,
    "infra/main.tf": SIZED,
    "infra/envs/prod.tfvars": "size = 1000\n",
    "infra/envs/eu 1.tfvars": "size = 100\n",
    "modules/m/main.tf": 'variable "x" {}\nresource "aws_iam_user" "u" {}\n',
}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / ".git").mkdir()
    return tmp_path


def test_the_proposal_names_environments_roots_and_libraries(run_costlint: Run, repository: Path) -> None:
    lines = run_costlint("init").out.splitlines()
    assert [line for line in lines if line and (not line.startswith("# ") or line.startswith("#  "))] == [
        "environments:",
        "  live/prod: prod                         # path live/prod/eu",
        "#   live/shared: prod",
        "roots:",
        "  - path: infra",
        '    var_files: ["infra/envs/eu 1.tfvars"]',
        "    # environment: prod  # or nonprod: nothing says",
        "  - path: infra",
        "    var_files: [infra/envs/prod.tfvars]",
        "    environment: prod",
        "#   modules/m: it lies in modules/ and nothing here calls it",
    ]


@pytest.mark.parametrize("known", [True, False])
def test_what_is_left_open_counts_once_its_marks_are_taken_away(run_costlint: Run, tmp_path: Path, known: bool) -> None:
    for place in ("live/shared", "live/hub", *(["live/prod"] if known else [])):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "main.tf").write_text(STATED + VOLUME)
    proposed = run_costlint("init").out.splitlines()
    opened = [line.removeprefix("# ") if "shared" in line or "environments:" in line else line for line in proposed]
    (tmp_path / ".costlint.yaml").write_text("\n".join(opened))
    own = {"live/prod": "prod"} if known else {}
    assert load_config(["."]).environments == {**own, "live/shared": "prod"}


def test_what_is_proposed_is_a_configuration_and_says_the_same(run_costlint: Run, repository: Path) -> None:
    outcome = run_costlint("init", "--write")
    assert (outcome.code, outcome.out) == (0, "Wrote .costlint.yaml: read it, and correct what is not so.\n")
    config = load_config(["."])
    assert config.environments == {"live/prod": "prod"}
    assert [entry.var_files for entry in config.roots] == [("infra/envs/eu 1.tfvars",), ("infra/envs/prod.tfvars",)]
    report = json.loads(run_costlint("scan", ".", "--format", "json").out)
    assert report["totals"]["current"]["likely"] == 88
    kinds = {one["name"]: one["environment"]["kind"] for one in report["stacks"] if not one["library"]}
    assert kinds["live/prod/us"] == "prod"
    assert kinds["infra [envs/prod.tfvars]"] == "prod"
    assert kinds["infra [envs/eu 1.tfvars]"] is None


STATED = REGION + 'terraform {\n  backend "s3" {}\n}\nvariable "env" {\n  default = ""\n}\n'
VOLUME = 'resource "aws_ebs_volume" "v" {\n  size = 100\n}\n'
ROOTS = {
    "a root that contradicts its path": {"live/prod/a": "", "live/prod/b": "production", "live/prod/c": "staging"},
    "a root in another": {"live/prod": "", "live/prod/x/nonprod": "", "live": ""},
    "one name at two depths": {"prod": "", "teams/prod": "staging", "teams/dev/prod": ""},
    "spelled in two ways": {"accounts/prod/app": "", "accounts/prod/dns": "production", "accounts/stg/app": "stg"},
    "nonprod by other names": {"live/dev/a": "", "live/dev/b": "staging", "live/dev/c": "dev"},
}


def _environments(run_costlint: Run) -> dict[str, tuple[Any, bool]]:
    report = json.loads(run_costlint("scan", ".", "--format", "json").out)
    kinds = {one["name"]: one["environment"] for one in report["stacks"]}
    return {name: (one["kind"], one["kind"] == "prod" or one["name"]) for name, one in kinds.items()}


@pytest.mark.parametrize("roots", ROOTS.values(), ids=list(ROOTS))
def test_no_entry_changes_what_is_inferred(run_costlint: Run, tmp_path: Path, roots: dict[str, str]) -> None:
    for place, said in roots.items():
        (tmp_path / place).mkdir(parents=True, exist_ok=True)
        (tmp_path / place / "main.tf").write_text(STATED + VOLUME)
        if said:
            (tmp_path / place / "terraform.tfvars").write_text(f'env = "{said}"\n')
    before = _environments(run_costlint)
    assert set(before) == set(roots)
    assert run_costlint("init", "--write").code == 0
    assert load_config(["."]).environments
    assert _environments(run_costlint) == before


def test_what_contradicts_a_path_is_named_and_no_entry_precedes_the_open_one(run_costlint: Run, tmp_path: Path) -> None:
    for place, said in ROOTS["a root that contradicts its path"].items():
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "main.tf").write_text(STATED + VOLUME)
        (tmp_path / place / "terraform.tfvars").write_text(f'env = "{said}"\n')
    assert run_costlint("init").out.partition("environments:\n")[2].splitlines() == [
        "  live/prod/a: prod                       # path live/prod/a",
        '  live/prod/b: production                 # variable env = "production"',
        '# Nothing says whether these are production. Where you know, take "# " away and write prod or nonprod:',
        '#   live/prod/c: prod                     # its path and variable env = "staging" disagree',
    ]


def test_what_a_wider_entry_says_is_not_said_again(run_costlint: Run, tmp_path: Path) -> None:
    for place, said in {"prod/app": "", "prod/dns": "production", "prod/drill": ""}.items():
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "main.tf").write_text(STATED + VOLUME)
        (tmp_path / place / "terraform.tfvars").write_text(f'env = "{said}"\n')
    assert run_costlint("init").out.partition("environments:\n")[2].splitlines() == [
        "  prod: prod                              # path prod/app",
    ]


@pytest.mark.parametrize(("tag", "proposed"), [("team", True), ("env", False)])
def test_a_root_whose_resources_tell_for_themselves_gets_no_entry(
    run_costlint: Run, tmp_path: Path, tag: str, proposed: bool
) -> None:
    (tmp_path / "live" / "prod").mkdir(parents=True)
    tagged = [
        f'resource "aws_ebs_volume" "{name}" {{\n  tags = {{ {tag} = "{name}" }}\n}}\n' for name in ("dev", "prod")
    ]
    (tmp_path / "live" / "prod" / "main.tf").write_text(STATED + "".join(tagged))
    assert ("\n  live/prod: prod " in run_costlint("init").out) is proposed


def test_paths_are_relative_to_where_it_is_written(run_costlint: Run, repository: Path) -> None:
    assert run_costlint("init", "live", "--write").code == 0
    assert load_config(["live/prod/eu"]).environments == {"prod": "prod"}
    assert not (repository / ".costlint.yaml").exists()


@pytest.mark.parametrize(
    ("present", "path"), [(".costlint.yaml", "."), (".costlint.yml", "."), (".costlint.yaml", "live")]
)
def test_nothing_is_ever_overwritten_or_shadowed(run_costlint: Run, repository: Path, present: str, path: str) -> None:
    (repository / present).write_text("budget: 7\n")
    outcome = run_costlint("init", path, "--write")
    assert outcome.code == 2
    assert outcome.err == f"costlint: {present} configures this already; nothing was written\n"
    assert (repository / present).read_text() == "budget: 7\n"
    assert not (repository / "live" / ".costlint.yaml").exists()


def test_a_proposal_beside_a_configuration_is_printed(run_costlint: Run, repository: Path) -> None:
    (repository / ".costlint.yaml").write_text("roots: [{path: live/shared}]\nalternatives: none\n")
    assert "infra/envs/prod.tfvars" in run_costlint("init").out


def test_an_empty_directory_gets_an_empty_proposal(run_costlint: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert run_costlint("init", "empty").out.endswith("environments: {}\n")


@pytest.mark.parametrize("name", ["yes", "a: b", "x # y", "*", "-a", "12", "a\nb", "é", "[x]"])
def test_any_name_is_read_back_as_it_is(run_costlint: Run, tmp_path: Path, name: str) -> None:
    folder = tmp_path / name / "prod"
    folder.mkdir(parents=True)
    (folder / "main.tf").write_text(PROVIDER)
    assert run_costlint("init", "--write").code == 0
    assert load_config(["."]).environments == {f"{name}/prod": "prod"}


def test_an_integration_is_written_and_what_is_next_is_said(run_costlint: Run, repository: Path) -> None:
    (repository / ".pre-commit-config.yaml").write_text("repos:\n  - repo: local # ours\n    hooks: []\n")
    outcome = run_costlint("init", "--with", "pre-commit", "--with", "github")
    assert outcome.code == 0
    assert outcome.out == (
        "Added to .pre-commit-config.yaml.\n"
        "Wrote .github/workflows/costlint.yml.\n"
        "Next for pre-commit: pre-commit install, once in each clone.\n"
        "Next for GitHub Actions: commit it: the next pull request is commented on.\n"
    )
    assert "# ours\n" in (repository / ".pre-commit-config.yaml").read_text()
    assert not (repository / ".costlint.yaml").exists()
    again = run_costlint("init", "--with", "pre-commit", "--with", "github")
    assert again.out == "Everything is there already; nothing was written.\n"


def test_it_is_written_at_the_top_of_the_repository_for_the_directory_that_is_named(
    run_costlint: Run, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository / "live")
    assert run_costlint("init", "prod", "--with", "gitlab").code == 0
    assert "json=costlint-diff.json live/prod ||" in (repository / ".gitlab" / "costlint.yml").read_text()


def test_a_dry_run_prints_and_writes_nothing(run_costlint: Run, repository: Path) -> None:
    (repository / ".gitlab-ci.yml").write_text("include:\n  - local: a.yml\n")
    before = sorted(repository.rglob("*"))
    outcome = run_costlint("init", "--with", "gitlab", "--dry-run")
    assert outcome.out.startswith("--- .gitlab/costlint.yml (new)\n")
    assert outcome.out.endswith("--- .gitlab-ci.yml (added to it)\n- local: .gitlab/costlint.yml\n")
    assert sorted(repository.rglob("*")) == before


def test_a_dry_run_says_what_is_there_already_as_it_would_be(run_costlint: Run, repository: Path) -> None:
    kinds = ("--with", "github", "--with", "pre-commit")
    assert run_costlint("init", *kinds).code == 0
    outcome = run_costlint("init", *kinds, "--with", "azure", "--dry-run")
    assert outcome.code == 0
    assert outcome.out.startswith("--- azure-pipelines-costlint.yml (new)\n")
    assert outcome.out.endswith(
        ".github/workflows/costlint.yml is already as it would be written.\n"
        ".pre-commit-config.yaml has costlint already.\n"
    )


def test_a_file_that_is_there_is_replaced_only_by_force_and_nothing_else_is_written_first(
    run_costlint: Run, repository: Path
) -> None:
    (repository / "atlantis.yaml").write_text("version: 3\n")
    outcome = run_costlint("init", "--with", "github", "--with", "atlantis")
    assert outcome.code == 2
    assert outcome.err.startswith("costlint: atlantis.yaml is there already and stays as it is; --force")
    assert not (repository / ".github").exists()
    assert run_costlint("init", "--with", "atlantis", "--force").out.startswith("Replaced atlantis.yaml.\n")


def test_with_a_configuration_only_the_integration_is_written(run_costlint: Run, repository: Path) -> None:
    (repository / ".costlint.yaml").write_text("budget: 7\n")
    outcome = run_costlint("init", "--write", "--with", "azure")
    assert outcome.code == 0
    assert outcome.out.startswith(".costlint.yaml configures this already and stays as it is.\nWrote azure-pipelines-")
    assert (repository / ".costlint.yaml").read_text() == "budget: 7\n"


def test_a_dry_run_of_nothing_cannot_be_meant(run_costlint: Run, repository: Path) -> None:
    assert run_costlint("init", "--dry-run").code == 2


@pytest.mark.parametrize(("answer", "written"), [("y\n", True), ("n\n", False)])
def test_at_a_terminal_what_the_repository_uses_is_asked_for(
    run_costlint: Run, repository: Path, monkeypatch: pytest.MonkeyPatch, answer: str, written: bool
) -> None:
    (repository / ".github").mkdir()
    terminal = io.StringIO(answer)
    monkeypatch.setattr(terminal, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stdin", terminal)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    outcome = run_costlint("init", "--write")
    assert outcome.code == 0
    assert "Add costlint to GitHub Actions? [y/N]:" in outcome.out
    assert (repository / ".github" / "workflows" / "costlint.yml").exists() is written
    assert (repository / ".costlint.yaml").exists()
