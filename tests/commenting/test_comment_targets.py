"""Which pull request a job is about: what each CI says, what is given by hand, and what is missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from costlint.commenting import CommentError
from costlint.commenting.forges import open_forge, token_of
from costlint.commenting.targets import Given, Target, complete, target

_A, _B = "a" * 40, "b" * 40
_FORK = {"owner": {"login": "eve"}}


def github_job(tmp_path: Path, event: object, **more: str) -> dict[str, str]:
    path = tmp_path / "event.json"
    path.write_text(event if isinstance(event, str) else json.dumps(event))
    return {
        "GITHUB_REPOSITORY": "acme/infra",
        "GITHUB_API_URL": "https://api.github.com",
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_SHA": _B,
        "GITHUB_EVENT_PATH": str(path),
        **more,
    }


def test_a_job_of_a_pull_request_knows_its_last_commit_and_not_the_merge(tmp_path: Path) -> None:
    job = github_job(tmp_path, {"pull_request": {"number": 7, "head": {"sha": _A}}})
    found = Target("github", "https://api.github.com", "acme/infra", 7, _A, "https://github.com", "acme/infra")
    assert target("github", Given(), job) == found


@pytest.mark.parametrize(
    ("event", "ref", "number"),
    [
        ({"issue": {"number": 9}}, "refs/heads/main", 9),
        ({"ref": "x"}, "refs/pull/12/merge", 12),
        ("no json", "refs/pull/12/merge", 12),
        ("[1]", "refs/heads/main", 0),
        ({"pull_request": {"number": "7; rm"}}, "", 0),
        ({"pull_request": [1]}, "", 0),
    ],
)
def test_other_events_say_it_elsewhere_or_not_at_all(tmp_path: Path, event: object, ref: str, number: int) -> None:
    assert target("github", Given(), github_job(tmp_path, event, GITHUB_REF=ref)).number == number


def test_a_job_after_that_of_a_fork_knows_branch_and_commit(tmp_path: Path) -> None:
    run = {"head_branch": "patch/1", "head_sha": _A, "head_repository": _FORK, "pull_requests": []}
    found = target("github", Given(), github_job(tmp_path, {"workflow_run": run}))
    assert (found.number, found.branch, found.commit) == (0, "eve:patch/1", _A)
    assert complete(found, "--pull-request N") == found


@pytest.mark.parametrize(
    ("platform", "job", "found"),
    [
        (
            "gitlab",
            {
                "CI_API_V4_URL": "https://git.acme.test/api/v4",
                "CI_SERVER_URL": "https://git.acme.test",
                "CI_PROJECT_ID": "42",
                "CI_PROJECT_PATH": "acme/infra",
                "CI_MERGE_REQUEST_IID": "7",
                "CI_COMMIT_SHA": _A,
            },
            Target("gitlab", "https://git.acme.test/api/v4", "42", 7, _A, "https://git.acme.test", "acme/infra"),
        ),
        (
            "gitlab",
            {
                "CI_SERVER_URL": "https://git.acme.test",
                "CI_PROJECT_ID": "43",
                "CI_MERGE_REQUEST_PROJECT_ID": "42",
                "CI_MERGE_REQUEST_SOURCE_PROJECT_PATH": "eve/infra",
                "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": _B,
                "CI_MERGE_REQUEST_IID": "7",
                "CI_COMMIT_SHA": _A,
            },
            Target("gitlab", "https://git.acme.test/api/v4", "42", 7, _B, "https://git.acme.test", "eve/infra"),
        ),
        (
            "azure",
            {
                "SYSTEM_TEAMFOUNDATIONCOLLECTIONURI": "https://dev.azure.com/acme/",
                "SYSTEM_TEAMPROJECT": "Platform Team",
                "BUILD_REPOSITORY_NAME": "infra",
                "SYSTEM_PULLREQUEST_PULLREQUESTID": "7",
                "SYSTEM_PULLREQUEST_SOURCECOMMITID": _A,
                "BUILD_SOURCEVERSION": _B,
            },
            Target(
                *("azure", "https://dev.azure.com/acme", "Platform Team/infra", 7, _A),
                *("https://dev.azure.com/acme", "Platform Team/infra"),
            ),
        ),
        (
            "bitbucket",
            {"BITBUCKET_REPO_FULL_NAME": "acme/infra", "BITBUCKET_PR_ID": "7", "BITBUCKET_COMMIT": _A},
            Target(
                *("bitbucket", "https://api.bitbucket.org/2.0", "acme/infra", 7, _A),
                *("https://bitbucket.org", "acme/infra"),
            ),
        ),
        (
            "bitbucket",
            {"BITBUCKET_WORKSPACE": "acme", "BITBUCKET_REPO_SLUG": "infra", "BITBUCKET_PR_ID": "7"},
            Target(
                *("bitbucket", "https://api.bitbucket.org/2.0", "acme/infra", 7, ""),
                *("https://bitbucket.org", "acme/infra"),
            ),
        ),
    ],
)
def test_what_a_ci_says_is_enough(platform: str, job: dict[str, str], found: Target) -> None:
    assert complete(target(platform, Given(), job), "--pull-request N") == found


@pytest.mark.parametrize(
    ("platform", "api", "kind", "called", "web"),
    [
        ("github", "https://ghe.acme.test/api/v3", "github", "https://ghe.acme.test/api/v3", "https://ghe.acme.test"),
        ("github", "https://api.github.com/", "github", "https://api.github.com", "https://github.com"),
        ("gitlab", "https://git.acme.test", "gitlab", "https://git.acme.test/api/v4", "https://git.acme.test"),
        ("gitlab", "https://a.test/git/api/v4/", "gitlab", "https://a.test/git/api/v4", "https://a.test/git"),
        ("azure", "https://dev.azure.com/acme", "azure", "https://dev.azure.com/acme", "https://dev.azure.com/acme"),
        (
            *("bitbucket", "https://bitbucket.org", "bitbucket"),
            *("https://api.bitbucket.org/2.0", "https://bitbucket.org"),
        ),
        (
            "bitbucket",
            "https://b.test/git",
            "bitbucket-server",
            "https://b.test/git/rest/api/1.0",
            "https://b.test/git",
        ),
        ("bitbucket", "https://b.test/rest/", "bitbucket-server", "https://b.test/rest/api/1.0", "https://b.test"),
        (
            *("bitbucket", "https://b.test/rest/api/latest", "bitbucket-server"),
            *("https://b.test/rest/api/1.0", "https://b.test"),
        ),
    ],
)
def test_servers_of_your_own_are_called_where_their_api_is(
    platform: str, api: str, kind: str, called: str, web: str
) -> None:
    found = target(platform, Given("acme/infra", 7, "", api), {"GITHUB_SERVER_URL": "https://github.com"})
    assert (found.kind, found.api, found.web) == (kind, called, web)


def test_what_is_given_goes_before_what_the_ci_says(tmp_path: Path) -> None:
    job = github_job(tmp_path, {"pull_request": {"number": 7, "head": {"sha": _A}}})
    found = target("github", Given("acme/other", 8, _B, "https://ghe.acme.test/api/v3"), job)
    assert found[:6] == (
        *("github", "https://ghe.acme.test/api/v3", "acme/other", 8, _B),
        "https://ghe.acme.test",
    )


@pytest.mark.parametrize(
    ("platform", "given", "said"),
    [
        ("github", Given(number=7), "which repository.*GITHUB_REPOSITORY"),
        ("github", Given("acme/infra"), "which pull request.*--pull-request N.*workflow_run"),
        ("github", Given("infra", 7), "--repo infra is not OWNER/NAME"),
        ("github", Given("a/b/c", 7), "is not OWNER/NAME"),
        ("gitlab", Given("acme/infra"), "which pull request.*CI_MERGE_REQUEST_IID"),
        ("azure", Given("platform/infra", 7), "where is the server.*dev.azure.com"),
        ("azure", Given("infra", 7, "", "https://dev.azure.com/acme"), "is not PROJECT/REPOSITORY"),
        ("bitbucket", Given("acme/", 7), "is not WORKSPACE/REPOSITORY"),
        ("github", Given("a/b", 7, "main"), "--commit main is no id of a commit"),
        ("github", Given("a/b", 7, "", "github.com"), "is no address that begins with https://"),
        ("github", Given("a/b", 7, "", "file:///etc"), "is no address that begins with https://"),
        ("github", Given("a/b", 7, "", "https://me:hunter2@ghe.test"), "tokens come from environment variables only"),
    ],
)
def test_what_is_missing_or_cannot_be_meant_is_said(platform: str, given: Given, said: str) -> None:
    with pytest.raises(CommentError, match=said) as told:
        complete(target(platform, given, {}), "--pull-request N")
    assert "hunter2" not in str(told.value)


@pytest.mark.parametrize(
    ("kind", "environment", "name"),
    [
        ("github", {"GH_TOKEN": "x", "GITHUB_TOKEN": "y"}, "GITHUB_TOKEN"),
        ("github", {"GH_TOKEN": "x", "GITHUB_TOKEN": ""}, "GH_TOKEN"),
        ("gitlab", {"CI_JOB_TOKEN": "x", "GITLAB_TOKEN": "y\n"}, "GITLAB_TOKEN"),
        ("gitlab", {"CI_JOB_TOKEN": "x"}, "CI_JOB_TOKEN"),
        ("azure", {"SYSTEM_ACCESSTOKEN": "x", "AZURE_DEVOPS_EXT_PAT": "y"}, "AZURE_DEVOPS_EXT_PAT"),
        ("bitbucket-server", {"BITBUCKET_TOKEN": "x"}, "BITBUCKET_TOKEN"),
    ],
)
def test_the_token_is_the_first_that_is_set(kind: str, environment: dict[str, str], name: str) -> None:
    assert token_of(kind, environment) == (name, environment[name].strip())  # type: ignore[arg-type]


@pytest.mark.parametrize("token", ["two\nlines", "tök", "a\x00b"])
def test_a_token_that_is_none_is_refused_and_not_shown(token: str) -> None:
    with pytest.raises(CommentError, match="GITHUB_TOKEN holds signs no token has") as told:
        token_of("github", {"GITHUB_TOKEN": token})
    assert token not in str(told.value)


def test_without_a_token_its_name_is_said() -> None:
    found = target("gitlab", Given("acme/infra", 7), {})
    with pytest.raises(CommentError, match="no token: set GITLAB_TOKEN or CI_JOB_TOKEN"):
        open_forge(found, {})
