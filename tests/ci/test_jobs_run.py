"""The jobs costlint init writes, run as their systems would: the commands of each, in order, in one shell."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from git_repositories import Repository

from costlint.integrating import KINDS, changes_for

REGION = 'provider "aws" {\n  region = "us-east-1"\n}\n'
VOLUME = """resource "aws_ebs_volume" "data" {
  availability_zone = "us-east-1a"
  size              = 16000
  type              = "gp2"
}
"""
LIMIT = "guard_rails:\n  - {increase: 100}\n"


class Job:
    """A pull request that adds a volume, checked out as its merge; `pip` only notes what it was asked for."""

    def __init__(self, folder: Path) -> None:
        self.origin = Repository(folder / "origin")
        self.origin.commit({"infra/main.tf": REGION})
        self.origin.git("checkout", "-q", "-b", "change")
        self.origin.commit({"infra/data.tf": VOLUME})
        self.origin.git("checkout", "-q", "-b", "merged", "main")
        self.origin.git("merge", "-q", "--no-ff", "-m", "merge", "change")
        subprocess.run(
            [
                "git",
                "clone",
                "-q",
                "--branch",
                "merged",
                "--single-branch",
                str(self.origin.root),
                str(folder / "work"),
            ],
            check=True,
            capture_output=True,
        )
        self.tree = folder / "work"
        self.tools = folder / "bin"
        self.tools.mkdir()
        self._tool("costlint", f'exec "{sys.executable}" -c "from costlint.cli import main; main()" "$@"')
        self._tool("pip", f'echo "$@" >> "{folder}/asked"')
        self.asked = folder / "asked"

    def _tool(self, name: str, script: str) -> None:
        path = self.tools / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def run(self, commands: list[str], **variables: str) -> subprocess.CompletedProcess[str]:
        ours = ("GITHUB_", "GIT_", "CI", "BITBUCKET_", "SYSTEM_", "BUILD_", "GITLAB_")
        kept = {name: text for name, text in os.environ.items() if not name.startswith(ours)}
        paths = os.pathsep.join((str(self.tools), os.environ["PATH"]))
        return subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", "\n".join(commands)],
            cwd=self.tree,
            env={**kept, "PATH": paths, **variables},
            capture_output=True,
            text=True,
            check=False,
        )


def commands(name: str) -> list[str]:
    """What the job of a system runs, without the comment, which wants a platform."""
    (file,) = [one for one in changes_for(Path("nowhere"), name) if one.path == KINDS[name].file]
    read: Any = yaml.safe_load(file.after)
    found: list[str] = {
        "github": lambda: [step["run"] for step in read["jobs"]["costlint"]["steps"] if "run" in step][:-1],
        "gitlab": lambda: [*read["costlint"]["before_script"], *read["costlint"]["script"]],
        "azure": lambda: [step["script"] for step in read["steps"] if "script" in step][:-1],
        "bitbucket": lambda: read["pipelines"]["pull-requests"]["**"][0]["step"]["script"],
    }[name]()
    return found


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job(tmp_path)


def variables(job: Job) -> dict[str, str]:
    base = job.origin.git("rev-parse", "main")
    return {
        "BITBUCKET_PR_DESTINATION_BRANCH": "main",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": base,
        "GITHUB_BASE_REF": "main",
        "GITHUB_REPOSITORY": "acme/infra",
        "GITHUB_SHA": job.origin.git("rev-parse", "merged"),
        "GITHUB_REF": "refs/pull/7/merge",
        "GITHUB_STEP_SUMMARY": str(job.tree.parent / "summary"),
    }


@pytest.mark.parametrize("name", ["github", "gitlab", "azure", "bitbucket"])
def test_a_job_compares_with_the_base_and_keeps_the_comparison(job: Job, name: str) -> None:
    ran = job.run(commands(name), **variables(job))
    assert ran.returncode == 0, ran.stderr
    assert "▲ +$1,600/mo" in ran.stdout
    assert "costlint[helm]==" in job.asked.read_text()
    kept = json.loads((job.tree / "costlint-diff.json").read_text())
    assert [one["file"] for one in kept["findings"] if one["status"] == "new"] == ["infra/data.tf"]


@pytest.mark.parametrize("name", ["github", "gitlab", "azure", "bitbucket"])
def test_a_limit_that_is_crossed_fails_the_job(job: Job, name: str) -> None:
    (job.tree / ".costlint.yaml").write_text(LIMIT)
    ran = job.run(commands(name), **variables(job))
    assert ran.returncode == 5
    assert (job.tree / "costlint-diff.json").exists()


def test_what_the_target_branch_brought_is_no_part_of_a_merged_result_of_gitlab(job: Job) -> None:
    left = job.origin.git("rev-parse", "main")
    job.origin.git("checkout", "-q", "main")
    job.origin.commit({"infra/other.tf": VOLUME.replace('"data"', '"other"')})
    target = job.origin.git("rev-parse", "main")
    job.origin.git("checkout", "-q", "merged")
    job.origin.git("merge", "-q", "--no-ff", "-m", "again", "main")
    subprocess.run(["git", "pull", "-q"], cwd=job.tree, check=True, capture_output=True)
    of_result = {"CI_MERGE_REQUEST_DIFF_BASE_SHA": left, "CI_MERGE_REQUEST_TARGET_BRANCH_SHA": target}
    ran = job.run(commands("gitlab"), **(variables(job) | of_result))
    assert "▲ +$1,600/mo" in ran.stdout
    assert "infra/other.tf" not in ran.stdout


def test_on_the_default_branch_gitlab_gets_the_report_the_widget_compares_with(job: Job) -> None:
    job_ = yaml.safe_load(
        next(one.after for one in changes_for(Path("nowhere"), "gitlab") if one.path == KINDS["gitlab"].file)
    )
    assert {"if": "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH"} in job_["costlint"]["rules"]
    ran = job.run(commands("gitlab"), GITLAB_TOKEN="secret", CI_COMMIT_BRANCH="merged")
    assert ran.returncode == 0, ran.stderr
    assert not (job.tree / "costlint-diff.json").exists()
    assert json.loads((job.tree / "gl-code-quality-report.json").read_text())


def test_the_widget_of_gitlab_is_filled_whatever_the_job_says(job: Job) -> None:
    (job.tree / ".costlint.yaml").write_text(LIMIT)
    job.run(commands("gitlab"), **variables(job))
    (issue,) = json.loads((job.tree / "gl-code-quality-report.json").read_text())
    assert issue["location"]["path"] == "infra/data.tf"


def _comparing() -> list[str]:
    return [one for one in commands("github") if "costlint diff" in one]


def test_github_compares_the_whole_branch_where_its_last_commit_is_checked_out(job: Job) -> None:
    job.origin.git("checkout", "-q", "change")
    job.origin.commit({"infra/later.tf": VOLUME.replace('"data"', '"later"')})
    tree = str(job.tree)
    shutil.rmtree(tree)
    branch = ("--depth", "2", "--branch", "change", f"file://{job.origin.root}", tree)
    subprocess.run(["git", "clone", "-q", *branch], check=True, capture_output=True)
    ran = job.run(_comparing(), **variables(job))
    assert ran.returncode == 0, ran.stderr
    kept = json.loads((job.tree / "costlint-diff.json").read_text())
    new = {one["file"] for one in kept["findings"] if one["status"] == "new"}
    assert new == {"infra/data.tf", "infra/later.tf"}


def test_github_does_not_take_a_merge_of_the_branch_for_its_own(job: Job) -> None:
    job.origin.git("checkout", "-q", "main")
    job.origin.commit({"infra/other.tf": VOLUME.replace('"data"', '"other"')})
    job.origin.git("checkout", "-q", "change")
    job.origin.git("merge", "-q", "--no-ff", "-m", "merge of its own", "main")
    tip = job.origin.git("rev-parse", "change")
    names = ("+refs/heads/main:refs/remotes/origin/main", "+refs/heads/change:refs/remotes/origin/change")
    subprocess.run(["git", "fetch", "-q", "origin", *names], cwd=job.tree, check=True)
    subprocess.run(["git", "checkout", "-q", tip], cwd=job.tree, check=True)
    job.run(_comparing(), **variables(job))
    kept = json.loads((job.tree / "costlint-diff.json").read_text())
    assert [one["file"] for one in kept["findings"] if one["status"] == "new"] == ["infra/data.tf"]


def test_a_bad_configuration_is_one_red_step_on_github(job: Job) -> None:
    (job.tree / ".costlint.yaml").write_text("budgte: 1\n")
    assert job.run(_comparing(), **variables(job)).returncode == 2
    assert not (job.tree / "costlint-diff.json").exists()
    (file,) = changes_for(Path("nowhere"), "github")
    steps = {step.get("name"): step for step in yaml.safe_load(file.after)["jobs"]["costlint"]["steps"]}
    for name in ("Summary", "Comment"):
        assert "hashFiles('costlint-diff.json') != ''" in steps[name]["if"]


def test_the_summary_of_github_is_the_comment(job: Job) -> None:
    job.run(commands("github"), **variables(job))
    assert "1 new finding" in (job.tree.parent / "summary").read_text()
