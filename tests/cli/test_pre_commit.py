"""What .pre-commit-hooks.yaml promises, with the real pre-commit: a commit that adds waste is stopped, and no other."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from git_repositories import Repository

ROOT = Path(__file__).parents[2]
MANIFEST = ROOT / ".pre-commit-hooks.yaml"
HOOKS: dict[str, dict[str, Any]] = {hook["id"]: hook for hook in yaml.safe_load(MANIFEST.read_text())}
COSTLINT = f'"{sys.executable}" -c "from costlint.cli import main; main()"'
REGION = 'provider "aws" {\n  region = "us-east-1"\n}\n'
VOLUME = """resource "aws_ebs_volume" "data" {
  availability_zone = "us-east-1a"
  size              = 16000
  type              = "gp2"
}
"""


def pre_commit(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT"))}
    alone = {**kept, "PRE_COMMIT_HOME": str(folder.parent / "home"), "GIT_CONFIG_GLOBAL": os.devnull, "COLUMNS": "100"}
    command = [sys.executable, "-m", "pre_commit", *arguments]
    return subprocess.run(command, cwd=folder, env=alone, capture_output=True, text=True, check=False)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository with the hooks of the manifest, run by the Python of this test: nothing is installed."""
    hooks = [
        {**hook, "language": "system", "entry": hook["entry"].replace("costlint", COSTLINT, 1)}
        for hook in HOOKS.values()
    ]
    made = Repository(tmp_path / "infra")
    made.write({".pre-commit-config.yaml": yaml.safe_dump({"repos": [{"repo": "local", "hooks": hooks}]})})
    made.write({"dev/main.tf": REGION})
    made.commit()
    return made


def test_the_manifest_is_what_pre_commit_reads() -> None:
    done = pre_commit(ROOT, "validate-manifest", str(MANIFEST))
    assert (done.returncode, done.stdout) == (0, "")
    assert list(HOOKS) == ["costlint", "costlint-scan"]


def test_a_commit_that_adds_waste_is_stopped_and_a_mended_one_passes(repository: Repository) -> None:
    assert pre_commit(repository.root, "install").returncode == 0
    before = repository.git("rev-parse", "HEAD")
    home = {"PRE_COMMIT_HOME": str(repository.root.parent / "home"), "SKIP": "costlint-scan"}
    repository.write({"dev/data.tf": VOLUME})
    repository.stage()
    repository.git("commit", "-q", "-m", "waste", check=False, **home)
    assert repository.git("rev-parse", "HEAD") == before
    repository.write({"dev/data.tf": VOLUME.replace("gp2", "gp3")})
    repository.stage()
    repository.git("commit", "-q", "-m", "no waste", **home)
    assert repository.git("log", "-1", "--format=%s") == "no waste"


def test_what_stops_a_commit_is_shown_as_the_page_about_it_says(repository: Repository) -> None:
    repository.write({"dev/data.tf": VOLUME})
    repository.stage()
    done = pre_commit(repository.root, "run", "costlint")
    assert done.returncode == 1
    said = done.stdout.partition("\n\n")[2].strip()
    assert said.startswith("1 new finding worth $250/month in what is staged")
    assert said in (ROOT / "docs" / "pre-commit.md").read_text(encoding="utf-8")


def test_a_push_is_judged_by_the_commits_it_brings(repository: Repository) -> None:
    before = repository.git("rev-parse", "HEAD")
    repository.commit({"dev/data.tf": VOLUME})
    ids = ("--from-ref", before, "--to-ref", "HEAD")
    assert pre_commit(repository.root, "run", "costlint").returncode == 0
    assert pre_commit(repository.root, "run", "costlint", "--hook-stage", "pre-push", *ids).returncode == 1


def test_the_full_run_fails_on_severe_findings_only(repository: Repository) -> None:
    repository.write({"dev/data.tf": VOLUME})
    repository.stage()
    done = pre_commit(repository.root, "run", "costlint-scan", "--verbose")
    assert done.returncode == 0
    assert "dev/data.tf:4:23" in done.stdout


@pytest.mark.parametrize(
    ("path", "hooks"),
    [
        ("main.tf", {"costlint", "costlint-scan"}),
        ("main.tofu", {"costlint", "costlint-scan"}),
        ("x/main.tf.json", {"costlint", "costlint-scan"}),
        ("prod.tfvars", {"costlint", "costlint-scan"}),
        ("live/terragrunt.hcl", {"costlint", "costlint-scan"}),
        ("k8s/deploy.yaml", {"costlint", "costlint-scan"}),
        ("k8s/deploy.json", {"costlint", "costlint-scan"}),
        ("charts/web/values-prod.yml", {"costlint", "costlint-scan"}),
        ("charts/web/templates/_names.tpl", {"costlint", "costlint-scan"}),
        ("overlays/prod/Kustomization", {"costlint", "costlint-scan"}),
        (".costlint.yaml", {"costlint-scan"}),
        (".terraform.lock.hcl", set()),
        (".pre-commit-config.yaml", set()),
        (".github/workflows/ci.yml", set()),
        ("package.json", set()),
        ("README.md", set()),
        ("main.py", set()),
    ],
)
def test_the_hooks_run_for_the_files_that_decide_what_is_deployed(path: str, hooks: set[str]) -> None:
    def runs(hook: dict[str, Any]) -> bool:
        return bool(re.search(hook["files"], path)) and not re.search(hook["exclude"], path)

    assert {name for name, hook in HOOKS.items() if runs(hook)} == hooks


def test_the_hook_looks_at_whatever_makes_pre_commit_run_it() -> None:
    from costlint.readers.feeding import is_read

    paths = [
        "a.tf",
        "b/c.tofu",
        "d.tfvars",
        "e.tf.json",
        "f.hcl",
        "g.yaml",
        "h.yml",
        "i.json",
        "_j.tpl",
        "Kustomization",
    ]
    hook = HOOKS["costlint"]
    assert all(is_read(path) and re.search(hook["files"], path) for path in paths)
    skipped = [".costlint.yaml", "a/.terraform.lock.hcl", "package.json", ".github/x.yml", ".gitlab-ci.yml"]
    assert not any(is_read(path) or not re.search(hook["exclude"], path) for path in skipped)
