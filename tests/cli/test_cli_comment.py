"""`costlint comment`: from a change in a repository to what the platform shows, and what is refused."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from commenting.forge_server import TOKEN, Said
from commenting.github_server import GitHubServer
from commenting.gitlab_server import GitLabServer
from git_repositories import PROVIDER, Repository

Run = Callable[..., Any]
_AS_OF = ("--as-of", "2026-11-22")
PATCH = """@@ -6,5 +6,5 @@ terraform {
 }
 resource "aws_instance" "web" {
   ami           = "ami-1"
-  instance_type = "m6a.4xlarge"
+  instance_type = "m5.4xlarge"
 }"""
_NOT_OURS = ("GITHUB_", "GH_", "GITLAB_", "CI_", "SYSTEM_", "BUILD_", "AZURE_", "BITBUCKET_", "SSL_")


def _web(kind: str) -> str:
    return f'resource "aws_instance" "web" {{\n  ami           = "ami-1"\n  instance_type = "{kind}"\n}}\n'


@pytest.fixture
def repository(run_costlint: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    for name in list(os.environ):
        if name.startswith(_NOT_OURS) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    found = Repository(tmp_path)
    found.commit({"main.tf": PROVIDER + _web("m6a.4xlarge")})
    found.write({"main.tf": PROVIDER + _web("m5.4xlarge")})
    return found


@pytest.fixture
def github(monkeypatch: pytest.MonkeyPatch, repository: Repository) -> Iterator[GitHubServer]:
    """A server of GitHub's, and a job of it for pull request 7."""
    server = GitHubServer()
    with server:
        event = repository.root / "event.json"
        event.write_text(json.dumps({"pull_request": {"number": 7, "head": {"sha": "c" * 40}}}))
        monkeypatch.setenv("GITHUB_REPOSITORY", "acme/infra")
        monkeypatch.setenv("GITHUB_API_URL", server.url)
        monkeypatch.setenv("GITHUB_SERVER_URL", "https://github.com")
        monkeypatch.setenv("GITHUB_EVENT_PATH", str(event))
        monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
        yield server
        assert server.wrong == []


def test_a_comment_is_written_then_updated_then_resolved(
    run_costlint: Run, repository: Repository, github: GitHubServer
) -> None:
    arguments = ("comment", "github", "--base", "main", *_AS_OF)
    first = run_costlint(*arguments)
    assert (first.code, first.err) == (0, "")
    assert first.out.startswith("wrote a comment: http://")
    (body,) = github.bodies()
    marker, verdict = body.splitlines()[:2]
    assert marker == "<!-- costlint:tag=default -->"
    assert verdict == r"### ▲ +\$56.06/mo (+11%) · 1 new finding worth \$56.06/mo"
    assert f"[`main.tf:9`](https://github.com/acme/infra/blob/{'c' * 40}/main.tf#L9)" in body
    repository.write({"main.tf": PROVIDER + _web("m6a.8xlarge")})
    assert run_costlint(*arguments).out == "updated the comment\n"
    (body,) = github.bodies()
    assert "▲ +\\$505/mo" in body
    repository.write({"main.tf": PROVIDER + _web("m6a.4xlarge")})
    assert run_costlint(*arguments, "--skip-no-diff").out == "nothing to say, and nothing is touched\n"
    assert github.bodies() == [body]
    assert run_costlint(*arguments).out == "updated the comment: what it said is resolved\n"
    (body,) = github.bodies()
    assert "Nothing is new" in body
    assert TOKEN not in "".join(github.bodies())


def test_lines_of_the_change_get_a_suggestion(run_costlint: Run, repository: Repository, github: GitHubServer) -> None:
    github.files["main.tf"] = PATCH
    arguments = ("comment", "github", "--base", "main", "--inline", *_AS_OF)
    assert run_costlint(*arguments).out.splitlines()[1] == "commented on one line"
    (review,) = github.reviews
    (comment,) = review["comments"]
    assert (comment["path"], comment["line"]) == ("main.tf", 9)
    assert comment["body"].endswith('```suggestion\n  instance_type = "m6a.4xlarge"\n```')
    assert run_costlint(*arguments).out.splitlines()[1] == "no further line of the change to comment on"


def test_files_are_linked_from_the_root_of_the_repository(
    run_costlint: Run, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit({"infra/a/main.tf": PROVIDER + _web("m6a.4xlarge"), "main.tf": None})
    repository.write({"infra/a/main.tf": PROVIDER + _web("m5.4xlarge")})
    monkeypatch.chdir(repository.root / "infra")
    arguments = ("--repo", "acme/infra", "--commit", "c0ffee0", "--dry-run")
    told = run_costlint("comment", "github", "--base", "main", "a", *arguments, *_AS_OF)
    assert "[`a/main.tf:9`](https://github.com/acme/infra/blob/c0ffee0/infra/a/main.tf#L9)" in told.out
    assert run_costlint("diff", "--base", "main", "a", "--format", "json", "-o", "diff.json").code == 0
    assert run_costlint("comment", "github", "--path", "diff.json", *arguments).out == told.out


@pytest.mark.parametrize("platform", ["github", "gitlab", "azure", "bitbucket"])
def test_a_dry_run_needs_neither_token_nor_pull_request(
    run_costlint: Run, repository: Repository, platform: str
) -> None:
    told = run_costlint("comment", platform, "--base", "main", "--dry-run", "--tag", "data", *_AS_OF)
    assert told.code == 0
    assert "costlint:tag=data" in told.out
    assert '+ instance_type = "m6a.4xlarge"' in told.out
    assert told.err.startswith('dry run: would update the comment tagged "data" of a pull request of a repository on ')


def test_a_dry_run_with_nothing_to_say_says_so(run_costlint: Run, repository: Repository) -> None:
    repository.write({"main.tf": PROVIDER + _web("m6a.4xlarge")})
    arguments = ("comment", "github", "--base", "main", "--dry-run", *_AS_OF)
    told = run_costlint(*arguments)
    assert told.err.startswith("dry run: nothing to say; would make the comment")
    assert "Nothing is new" in told.out
    assert "would stay as it is" in run_costlint(*arguments, "--skip-no-diff").err
    assert "would stay as it is" in run_costlint(*arguments, "--behavior", "new").err


def test_a_dry_run_says_which_lines_it_is_about_and_what_it_would_say_there(
    run_costlint: Run, repository: Repository
) -> None:
    told = run_costlint("comment", "github", "--base", "main", "--dry-run", "--inline", *_AS_OF)
    lines = told.err.splitlines()
    assert lines[1].endswith("lines the change has: main.tf:9")
    assert lines[3] == "main.tf:9"
    assert lines[4].startswith(r"    **\$56.06/mo** ")
    assert lines[-3:] == ["    ```suggestion", '      instance_type = "m6a.4xlarge"', "    ```"]


def test_a_file_that_breaks_is_said_and_one_that_was_broken_is_not(
    run_costlint: Run, repository: Repository, github: GitHubServer
) -> None:
    arguments = ("comment", "github", "--base", "main", *_AS_OF)
    repository.write({"main.tf": PROVIDER + _web("m6a.4xlarge"), "new.tf": 'resource "aws_instance" "open" {\n'})
    told = run_costlint(*arguments)
    assert (told.code, told.out.partition(":")[0]) == (3, "wrote a comment")
    (body,) = github.bodies()
    assert body.splitlines()[1] == r"### ▲ at least +\$0.00/mo · 1 file could not be read"
    assert f"- **ERROR** [`new.tf:1`](https://github.com/acme/infra/blob/{'c' * 40}/new.tf#L1): " in body
    repository.commit()
    repository.write({"other.tf": "# nothing\n"})
    assert run_costlint("comment", "github", "--base", "HEAD", "--skip-no-diff", *_AS_OF).out.startswith("nothing to")


def test_what_is_removed_is_linked_at_the_base(run_costlint: Run, repository: Repository) -> None:
    base = repository.git("rev-parse", "HEAD").strip()
    repository.write({"main.tf": PROVIDER})
    arguments = ("--dry-run", "--repo", "acme/infra", "--commit", "c" * 40)
    told = run_costlint("comment", "github", "--base", "main", *arguments, *_AS_OF)
    assert f"(https://github.com/acme/infra/blob/{base}/main.tf#L7) | removed |" in told.out


def test_a_saved_comparison_that_is_not_there_is_unreadable_input(run_costlint: Run, repository: Repository) -> None:
    told = run_costlint("comment", "github", "--path", "missing.json", "--dry-run")
    assert (told.code, told.out) == (3, "")
    assert told.err == "costlint: cannot read missing.json: No such file or directory\n"


def test_what_a_fork_has_saved_is_said_where_nothing_of_it_is_checked_out(
    run_costlint: Run, repository: Repository, github: GitHubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.write({".costlint.yaml": 'guard_rails: [{increase: 5}]\nowners: {"**": "@everyone"}\n'})
    run_costlint("diff", "--base", "main", "--format", "json", "-o", "diff.json", "--exit-zero", *_AS_OF)
    saved = (repository.root / "diff.json").read_text()
    trusted = repository.root.parent / "trusted"
    trusted.mkdir(exist_ok=True)
    monkeypatch.chdir(trusted)
    Path("diff.json").write_text(saved)
    run = {"head_branch": "patch", "head_sha": "d" * 40, "head_repository": {"owner": {"login": "eve"}}}
    Path("event.json").write_text(json.dumps({"workflow_run": run}))
    monkeypatch.setenv("GITHUB_EVENT_PATH", "event.json")
    github.pulls = [{"number": 7, "label": "eve:patch", "head": {"sha": "d" * 40}}]
    told = run_costlint("comment", "github", "--path", "diff.json")
    assert (told.code, told.err) == (0, "")
    (body,) = github.bodies()
    assert "**FAIL** the bill grows by" in body
    assert "`@everyone`" in body
    assert "/blob/" + "d" * 40 in body
    Path(".costlint.yaml").write_text('owners: {"**": "@everyone"}\n')
    assert run_costlint("comment", "github", "--path", "diff.json").out == "updated the comment\n"
    assert github.bodies()[0].splitlines()[3].endswith(" · @everyone")
    github.pulls = []
    told = run_costlint("comment", "github", "--path", "diff.json")
    assert (told.code, told.out) == (0, "the pull request was closed or has moved on; nothing is said\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not JSON"),
        ("[]", "not a comparison"),
        ('{"version": 99}', "written by a newer costlint"),
        ('{"version": 1, "costlint": "x"}', "not a comparison"),
        (
            json.dumps({"version": 1, "costlint": "x", "base": {"kind": "x\n::error::y", "label": ""}}),
            "not a comparison",
        ),
        ("[" * 100_000, "not JSON"),
        ("9" * 17 * 1024 * 1024, "is larger than 16 MB"),
    ],
    ids=["empty", "list", "newer", "cut", "command", "deep", "large"],
)
def test_a_file_that_is_no_comparison_is_refused(
    run_costlint: Run, repository: Repository, text: str, said: str
) -> None:
    (repository.root / "diff.json").write_text(text)
    told = run_costlint("comment", "github", "--path", "diff.json", "--dry-run")
    assert (told.code, told.out) == (3, "")
    assert said in told.err
    assert told.err.count("\n") == 1


def test_exit_codes_are_those_of_the_comparison(
    run_costlint: Run, repository: Repository, github: GitHubServer
) -> None:
    arguments = ("comment", "github", "--base", "main", *_AS_OF)
    assert run_costlint(*arguments, "--fail-on", "$50").code == 1
    repository.write({".costlint.yaml": "guard_rails: [{increase: 5}]\n"})
    assert run_costlint(*arguments).code == 5
    assert run_costlint(*arguments, "--exit-zero").code == 0
    assert len(github.bodies()) == 1


def test_a_refusal_of_the_platform_is_one_sentence(
    run_costlint: Run, repository: Repository, github: GitHubServer
) -> None:
    github.fail("POST", Said(403, {"message": "Resource not accessible by integration"}))
    told = run_costlint("comment", "github", "--base", "main", *_AS_OF)
    assert (told.code, told.out) == (3, "")
    assert told.err.startswith("costlint: POST http://")
    assert "(Resource not accessible by integration). The job needs the permission pull-requests: write" in told.err
    assert TOKEN not in told.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("github",), "say what to comment on"),
        (("github", "--base", "main", "--path", "diff.json"), "say what to comment on"),
        (("github", "--path", "diff.json", "infra"), "--path takes a saved comparison"),
        (("github", "--base", "main", "nowhere"), "there is no nowhere here"),
        (("gitlab", "--base", "main", "--inline", "--dry-run"), "--inline is for GitHub only"),
        (("azure", "--base", "main", "--behavior", "hide-and-new"), "Azure DevOps cannot hide comments"),
        (("github", "--base", "main", "--tag", "a -->b"), "letters, digits"),
        (("github", "--base", "main", "--tag", "a--b"), "letters, digits"),
        (("github", "--base", "main", "--tag", "x" * 65), "letters, digits"),
        (("github", "--base", "main"), "which repository?"),
        (("github", "--base", "main", "--repo", "a/b"), "which pull request?"),
        (
            ("github", "--base", "main", "--repo", "a/b", "--pull-request", "7"),
            "no token: set GITHUB_TOKEN or GH_TOKEN",
        ),
        (("gitlab", "--base", "main", "--repo", "a/b"), "Pass --merge-request N"),
        (("sourcehut", "--base", "main"), "is not one of"),
    ],
)
def test_what_cannot_be_meant_is_said_before_anything_is_read(
    run_costlint: Run, repository: Repository, arguments: tuple[str, ...], said: str
) -> None:
    told = run_costlint("comment", *arguments)
    assert told.code == 2
    assert said in told.err


def test_gitlab_gets_its_note(run_costlint: Run, repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    with GitLabServer() as server:
        monkeypatch.setenv("CI_SERVER_URL", server.url)
        monkeypatch.setenv("CI_PROJECT_ID", "acme/infra")
        monkeypatch.setenv("CI_PROJECT_PATH", "acme/infra")
        monkeypatch.setenv("CI_COMMIT_SHA", "c" * 40)
        monkeypatch.setenv("CI_MERGE_REQUEST_IID", "7")
        monkeypatch.setenv("GITLAB_TOKEN", TOKEN)
        assert run_costlint("comment", "gitlab", "--base", "main", *_AS_OF).out == "wrote a comment\n"
        (body,) = server.bodies()
        assert f"[`main.tf:9`]({server.url}/acme/infra/-/blob/{'c' * 40}/main.tf#L9)" in body
        assert server.wrong == []


def test_diff_writes_the_same_as_markdown(run_costlint: Run, repository: Repository) -> None:
    written = run_costlint("diff", "--base", "main", "--output", "markdown", *_AS_OF).out
    told = run_costlint("comment", "github", "--base", "main", "--dry-run", *_AS_OF).out
    assert written == told.partition("\n")[2]
