"""The life of a repository with costlint: a commit is stopped, a change compared and commented on, old waste put aside,
an exception ends, a limit fails the build. Each chapter begins where the one before it ends."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_lines import Outcome
from commenting.forge_server import TOKEN
from commenting.github_server import GitHubServer
from git_repositories import Repository

from costlint.cli import costlint
from costlint.cli.failures import run

PROVIDER = 'provider "aws" {\n  region = "us-east-1"\n}\nterraform {\n  backend "s3" {}\n}\n'
VOLUME = """resource "aws_ebs_volume" "{name}" {{
  availability_zone = "us-east-1a"
  size              = {size}
  type              = "{kind}"
}}
"""
TODAY = ("--as-of", "2026-11-22")


def volume(name: str, size: int, kind: str) -> str:
    return VOLUME.format(name=name, size=size, kind=kind)


class Life:
    """A repository, its pull request 7, and people who work on it."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], server: GitHubServer) -> None:
        self.repository = Repository(folder / "infra")
        self.server = server
        self._capsys = capsys

    def costlint(self, *arguments: str) -> Outcome:
        code = run(costlint, list(arguments))
        return Outcome(code, *self._capsys.readouterr())

    def commit(self, message: str, files: dict[str, str]) -> bool:
        """Commit as people do, past the hook. Whether there is a commit."""
        before = self.repository.git("rev-parse", "HEAD")
        self.repository.write(files)
        self.repository.stage()
        self.repository.git("commit", "-q", "-m", message, check=False)
        return self.repository.git("rev-parse", "HEAD") != before

    def comment(self) -> Outcome:
        target = ("--repo", "acme/infra", "--pull-request", "7", "--api-url", self.server.url)
        return self.costlint("comment", "github", "--base", "main", *target, *TODAY)


@pytest.fixture
def life(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Life]:
    for name in list(os.environ):
        if name.startswith(("GIT_", "GITHUB_", "GH_", "CI", "PRE_COMMIT")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    monkeypatch.setenv("COLUMNS", "100")
    with GitHubServer() as server:
        made = Life(tmp_path, capsys, server)
        monkeypatch.chdir(made.repository.root)
        yield made
        assert server.wrong == []


def test_the_life_of_a_repository(life: Life) -> None:
    for chapter in (
        a_grown_repository_gets_the_hook,
        the_hook_stops_a_commit_that_adds_waste_and_no_other,
        the_change_is_compared_with_main,
        the_pull_request_gets_one_comment_that_is_updated_in_place,
        what_was_there_before_goes_into_the_baseline,
        an_exception_holds_until_its_last_day,
        a_limit_fails_the_build_with_a_code_of_its_own,
    ):
        chapter(life)


def a_grown_repository_gets_the_hook(life: Life) -> None:
    life.repository.commit({"prod/main.tf": PROVIDER + volume("old", 16000, "gp2")})
    hook = life.repository.root / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "from costlint.cli import main; main()" hook\n')
    hook.chmod(0o755)
    life.repository.git("checkout", "-q", "-b", "data")


def the_hook_stops_a_commit_that_adds_waste_and_no_other(life: Life) -> None:
    assert not life.commit("waste", {"prod/data.tf": volume("data", 8000, "gp2")})
    said = life.costlint("hook")
    assert said.code == 1
    assert "prod/data.tf:4:23" in said.out
    assert "prod/main.tf" not in said.out
    assert life.commit("no waste", {"prod/data.tf": volume("data", 8000, "gp3")})
    life.repository.commit({"prod/cache.tf": volume("cache", 4000, "gp2")})


def the_change_is_compared_with_main(life: Life) -> None:
    compared = life.costlint("diff", "--base", "main", "--format", "json", *TODAY)
    assert compared.code == 0
    said = json.loads(compared.out)
    delta = said["total"]["delta"]["likely"]
    assert delta == pytest.approx(8000 * 0.08 + 4000 * 0.10)
    assert [(one["status"], one["file"]) for one in said["findings"]] == [
        ("new", "prod/cache.tf"),
        ("unchanged", "prod/main.tf"),
    ]
    assert life.costlint("diff", "--base", "main", "--fail-on", "$20", *TODAY).code == 1


def the_pull_request_gets_one_comment_that_is_updated_in_place(life: Life) -> None:
    assert life.comment().code == 0
    (first,) = life.server.bodies()
    assert "1 new finding" in first
    assert "prod/cache.tf" in first
    life.repository.commit({"prod/cache.tf": volume("cache", 4000, "gp3")})
    assert life.comment().code == 0
    (second,) = life.server.bodies()
    assert second != first
    assert "1 new finding" not in second
    assert list(life.server.comments) == [1]


def what_was_there_before_goes_into_the_baseline(life: Life) -> None:
    life.repository.git("checkout", "-q", "main")
    life.repository.git("merge", "-q", "--no-edit", "data")
    assert life.costlint("scan", ".", "--fail-on", "$50", *TODAY).code == 1
    assert life.costlint("baseline", "write", *TODAY).code == 0
    life.repository.commit()
    moved = "# a comment that moves every line\n\n" + PROVIDER + volume("old", 16000, "gp2")
    life.repository.commit({"prod/main.tf": moved})
    said = life.costlint("scan", ".", "--fail-on", "$50", *TODAY)
    assert said.code == 0
    assert "1 finding worth $250/month known before" in " ".join(said.out.split())


def an_exception_holds_until_its_last_day(life: Life) -> None:
    life.repository.commit({"prod/vendor.tf": volume("vendor", 8000, "gp2")})
    (found,) = json.loads(life.costlint("scan", ".", "--format", "json", *TODAY).out)["findings"]
    reason = ("--reason", "the vendor supports gp2 only", "--until", "2027-03-31", *TODAY)
    assert life.costlint("ignore", found["fingerprint"], *reason).code == 0
    life.repository.commit()
    gate = ("scan", ".", "--fail-on", "$50", "--as-of")
    assert life.costlint(*gate, "2027-03-31").code == 0
    over = life.costlint(*gate, "2027-04-01")
    assert over.code == 1
    assert "prod/vendor.tf:4:23" in over.out
    assert "2027-03-31" in over.out


def a_limit_fails_the_build_with_a_code_of_its_own(life: Life) -> None:
    configuration = life.repository.root / ".costlint.yaml"
    limits = "guard_rails:\n  - {increase: 100}\nowners:\n  prod: '@acme/platform'\n"
    life.repository.commit({".costlint.yaml": configuration.read_text() + limits})
    life.repository.git("checkout", "-q", "-b", "growth")
    life.repository.commit({"prod/more.tf": volume("more", 1000, "gp3")})
    assert life.costlint("diff", "--base", "main", *TODAY).code == 0
    life.repository.commit({"prod/more.tf": volume("more", 2000, "gp3")})
    failed = life.costlint("diff", "--base", "main", *TODAY)
    assert failed.code == 5
    assert "FAIL  the bill grows by $160/mo, $60.00 more than the $100 that is allowed (@acme/platform)" in failed.out
