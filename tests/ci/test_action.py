"""action.yml: its scripts, run as the runner would, on a pull request and on a push."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from commenting.forge_server import TOKEN
from commenting.github_server import GitHubServer
from git_repositories import Repository

ROOT = Path(__file__).parents[2]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
STEPS: dict[str, dict[str, Any]] = {step["id"]: step for step in ACTION["runs"]["steps"]}
REGION = 'provider "aws" {\n  region = "us-east-1"\n}\n'
VOLUME = """resource "aws_ebs_volume" "data" {
  availability_zone = "us-east-1a"
  size              = 16000
  type              = "gp2"
}
"""


class Ran(NamedTuple):
    code: int
    out: str
    outputs: dict[str, str]
    summary: str


class Runner:
    """Runs a step of the action in a work tree, with the variables GitHub sets."""

    def __init__(self, folder: Path) -> None:
        self.tree = Repository(folder / "work")
        self.temp = folder / "temp"
        self.temp.mkdir()
        self.tool = folder / "costlint"
        self.tool.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "from costlint.cli import main; main()" "$@"\n')
        self.tool.chmod(0o755)
        self.variables = {"GITHUB_REPOSITORY": "acme/infra", "GITHUB_REF": "refs/pull/7/merge"}

    def run(self, step: str, **inputs: str) -> Ran:
        """`inputs` are the variables of the step; those that are not named have the defaults of the action."""
        output, summary = self.temp / "output", self.temp / "summary"
        output.write_text("")
        summary.write_text("")
        kept = {name: text for name, text in os.environ.items() if not name.startswith(("GITHUB_", "GIT_", "CI"))}
        variables = {**kept, **self.variables, **inputs, "RUNNER_TEMP": str(self.temp), "COSTLINT": str(self.tool)}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", STEPS[step]["run"]],
            cwd=self.tree.root,
            env={**variables, "GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(summary)},
            capture_output=True,
            text=True,
            check=False,
        )
        outputs = dict(line.split("=", 1) for line in output.read_text().splitlines())
        return Ran(done.returncode, done.stdout + done.stderr, outputs, summary.read_text())

    def check(self, **inputs: str) -> Ran:
        defaults = {"WHERE": ".", "BASE": "", "FAIL_ON": "", "SARIF": "costlint.sarif", "MORE": "", "TAG": "default"}
        return self.run("check", **{**defaults, **inputs})


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    """A pull request that adds a volume, checked out as its merge commit."""
    made = Runner(tmp_path)
    made.tree.commit({"infra/main.tf": REGION})
    made.tree.git("checkout", "-q", "-b", "change")
    made.tree.commit({"infra/data.tf": VOLUME})
    made.tree.git("checkout", "-q", "main")
    made.tree.commit({"infra/other.tf": VOLUME.replace('"data"', '"other"')})
    made.tree.git("merge", "-q", "--no-ff", "-m", "merge", "change")
    made.variables |= {"GITHUB_BASE_REF": "main", "GITHUB_SHA": made.tree.git("rev-parse", "HEAD")}
    return made


def test_the_action_is_what_github_reads() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-actions"]
    done = subprocess.run([*command, str(ROOT / "action.yml")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_nothing_somebody_else_wrote_becomes_part_of_a_script() -> None:
    scripts = [step["run"] for step in STEPS.values() if "run" in step]
    assert len(scripts) == 4
    assert not [script for script in scripts if "${{" in script]


def test_a_pull_request_is_compared_with_what_it_is_merged_into(runner: Runner) -> None:
    ran = runner.check()
    assert ran.code == 0
    assert "1 new finding" in ran.out
    assert ran.outputs["exit-code"] == "0"
    assert Path(ran.outputs["comparison"]).exists()
    assert (runner.tree.root / ran.outputs["sarif"]).exists()
    assert "+\\$1,600/mo" in ran.summary or "+$1,600/mo" in ran.summary
    assert "infra/data.tf" in ran.summary
    assert "infra/other.tf" not in ran.summary


def test_the_last_commit_of_the_branch_is_compared_with_where_the_branch_left_the_base(runner: Runner) -> None:
    runner.tree.git("update-ref", "refs/remotes/origin/main", "main^1")
    runner.tree.git("checkout", "-q", "change")
    runner.tree.commit({"infra/later.tf": VOLUME.replace('"data"', '"later"')})
    runner.tree.git("merge", "-q", "--no-ff", "-m", "merge of its own", "main^1")
    ran = runner.check()
    assert "infra/data.tf" in ran.summary
    assert "infra/later.tf" in ran.summary
    assert "infra/other.tf" not in ran.summary


def test_new_findings_fail_it_if_asked_to(runner: Runner) -> None:
    ran = runner.check(FAIL_ON="$100")
    assert (ran.code, ran.outputs["exit-code"]) == (0, "1")
    assert runner.run("verdict", CODE="1").code == 1
    assert runner.check(FAIL_ON="$1000").outputs["exit-code"] == "0"


def test_a_push_is_scanned_and_annotated(runner: Runner) -> None:
    del runner.variables["GITHUB_BASE_REF"]
    ran = runner.check(WHERE="infra\n", FAIL_ON="$100", MORE="--min-saving\n100")
    assert ran.outputs == {"sarif": "costlint.sarif", "exit-code": "1"}
    assert ran.out.count("::warning file=infra/") == 2
    assert "gp2 where gp3" in ran.summary


def test_without_a_sarif_file_none_is_written(runner: Runner) -> None:
    ran = runner.check(SARIF="")
    assert "sarif" not in ran.outputs
    assert not (runner.tree.root / "costlint.sarif").exists()


@pytest.mark.parametrize("name", ["WHERE", "BASE", "FAIL_ON", "SARIF", "MORE", "TAG"])
def test_an_input_is_never_a_command(runner: Runner, name: str) -> None:
    runner.check(**{name: "$(touch pwned)`touch pwned`;touch pwned;'\" *"})
    assert not (runner.tree.root / "pwned").exists()


def test_a_mistake_in_the_configuration_fails_it(runner: Runner) -> None:
    (runner.tree.root / ".costlint.yaml").write_text("budgte: 1\n")
    ran = runner.check()
    assert ran.outputs["exit-code"] == "2"
    assert "comparison" not in ran.outputs


def test_a_step_that_fails_hands_on_nothing_of_the_one_before(runner: Runner) -> None:
    first = runner.check()
    assert {"comparison", "sarif"} <= set(first.outputs)
    (runner.tree.root / ".costlint.yaml").write_text("budgte: 1\n")
    assert set(runner.check().outputs) == {"exit-code"}


def test_several_steps_of_a_job_keep_their_comparisons_and_comments_apart(runner: Runner) -> None:
    first, second = runner.check(), runner.check(WHERE="", TAG="network")
    assert first.outputs["comparison"] != second.outputs["comparison"]
    assert Path(first.outputs["comparison"]).exists()
    assert "costlint:tag=network" in second.summary
    assert second.outputs["exit-code"] == "0"


def test_the_comment_has_the_tag_of_the_step(runner: Runner) -> None:
    comparison = runner.check().outputs["comparison"]
    ran = runner.run("comment", FROM="acme/infra", COMPARISON=comparison, TAG="a tag", GITHUB_TOKEN="t")
    assert ran.code == 2
    assert '--tag "a tag" is not' in ran.out


def test_each_tag_updates_a_comment_of_its_own(runner: Runner) -> None:
    runner.tree.git("branch", "x;$(touch${IFS}pwned)`id`", "change")
    comparison = runner.check(BASE="main^1", TAG="network").outputs["comparison"]
    with GitHubServer() as server:
        runner.variables |= {"GITHUB_API_URL": server.url, "GITHUB_HEAD_REF": "x;$(touch${IFS}pwned)`id`"}
        given = {"FROM": "acme/infra", "COMPARISON": comparison, "GITHUB_TOKEN": TOKEN}
        for tag in ("network", "data", "network"):
            ran = runner.run("comment", TAG=tag, **given)
            assert ran.code == 0, ran.out
            assert TOKEN not in ran.out
        assert server.wrong == []
    assert [body.partition("\n")[0] for body in server.visible] == [
        "<!-- costlint:tag=network -->",
        "<!-- costlint:tag=data -->",
    ]
    assert not (runner.tree.root / "pwned").exists()


def test_a_fork_gets_a_notice_and_no_comment(runner: Runner) -> None:
    ran = runner.run("comment", FROM="somebody/infra", COMPARISON="none.json")
    assert ran.code == 0
    assert ran.out.startswith("::notice title=costlint::A fork may not comment here")


def test_the_token_is_given_to_the_step_that_comments_and_to_no_other() -> None:
    assert [name for name, step in STEPS.items() if "inputs.token" in str(step.get("env"))] == ["comment"]


def test_a_job_that_was_never_checked_does_not_pass(runner: Runner) -> None:
    assert runner.run("verdict", CODE="").code == 2
    assert runner.run("verdict", CODE="0").code == 0
