"""Which pull request a job is about, from what its CI says and what is given by hand.

GitHub: docs.github.com, "Default environment variables" and "Events that trigger workflows". GitLab: docs.gitlab.com,
"Predefined CI/CD variables". Azure: learn.microsoft.com, "Predefined variables". Bitbucket: support.atlassian.com,
"Variables and secrets".
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from costlint.commenting.errors import CommentError
from costlint.reports.comment_links import Kind, Repository

_COMMIT = re.compile(r"[0-9a-f]{7,64}")
_BITBUCKET_CLOUD = "https://api.bitbucket.org/2.0"
_LARGEST_EVENT = 32 << 20
_PULL = re.compile(r"refs/pull/(\d+)/")


class Given(NamedTuple):
    """What is given by hand; it goes before what the CI says."""

    repository: str = ""
    number: int = 0
    commit: str = ""
    api: str = ""


class Target(NamedTuple):
    """A pull request. `number` is 0 where nobody says which it is; `branch` (OWNER:BRANCH) is then how GitHub knows the
    one whose last commit is `commit`. `web` and `shown` make links: the address of the platform, and the repository as
    it stands in them."""

    kind: Kind
    api: str
    repository: str
    number: int
    commit: str
    web: str
    shown: str
    branch: str = ""

    @property
    def linked(self) -> Repository:
        return Repository(self.kind, self.web, self.shown)


def target(platform: str, given: Given, environment: Mapping[str, str]) -> Target:
    """The pull request on one of the platforms; what is not known is empty. Raises CommentError for what cannot be
    meant."""
    if given.api and (urlsplit(given.api).scheme not in ("http", "https") or not urlsplit(given.api).netloc):
        raise CommentError(f"--api-url {given.api} is no address that begins with https://")
    if "@" in urlsplit(given.api).netloc:
        raise CommentError("--api-url holds a user or a password; tokens come from environment variables only")
    if given.commit and not _COMMIT.fullmatch(given.commit):
        raise CommentError(f"--commit {given.commit} is no id of a commit (7 to 64 hexadecimal digits)")
    found = _PLATFORMS[platform](given, environment)
    return found._replace(api=found.api.rstrip("/"), web=found.web.rstrip("/"), commit=as_commit(found.commit))


def as_commit(text: str) -> str:
    """The id of a commit, "" for anything else."""
    return text if _COMMIT.fullmatch(text) else ""


def complete(found: Target, option: str) -> Target:
    """The target, with everything a request needs. Raises CommentError that says what is missing."""
    if not found.repository:
        raise CommentError(f"which repository? {_WHERE[found.kind][0]}")
    parts = found.repository.split("/")
    if found.kind != "gitlab" and (len(parts) != 2 or not all(parts)):
        raise CommentError(f"--repo {found.repository} is not {_FORMS[found.kind]}")
    if not found.api:
        raise CommentError("where is the server? Pass --api-url, such as https://dev.azure.com/ORGANIZATION")
    if not found.number and not found.branch:
        raise CommentError(f"which pull request? Pass {option}; {_WHERE[found.kind][1]}")
    return found


def _github(given: Given, environment: Mapping[str, str]) -> Target:
    event = _event(environment.get("GITHUB_EVENT_PATH", ""))
    run = event.get("workflow_run") or {}
    pull = event.get("pull_request") or {}
    about = _PULL.match(environment.get("GITHUB_REF", ""))
    issue = event.get("issue") or {}
    number = given.number or _number(pull.get("number") or issue.get("number") or (about[1] if about else 0))
    branch, commit = "", str((pull.get("head") or {}).get("sha") or "")
    if run and not number:
        owner = ((run.get("head_repository") or {}).get("owner") or {}).get("login")
        branch = f"{owner}:{run.get('head_branch')}" if owner and run.get("head_branch") else ""
    if run:
        commit = str(run.get("head_sha") or "")
    api = given.api or environment.get("GITHUB_API_URL") or "https://api.github.com"
    web = "" if given.api else environment.get("GITHUB_SERVER_URL", "")
    repository = given.repository or environment.get("GITHUB_REPOSITORY", "")
    commit = given.commit or commit
    return Target("github", api, repository, number, commit, web or _github_web(api), repository, branch)


def _github_web(api: str) -> str:
    parts = urlsplit(api)
    host = "github.com" if parts.netloc == "api.github.com" else parts.netloc
    return f"{parts.scheme}://{host}{parts.path.rstrip('/').removesuffix('/api/v3')}"


def _gitlab(given: Given, environment: Mapping[str, str]) -> Target:
    server = environment.get("CI_SERVER_URL") or "https://gitlab.com"
    api = given.api or environment.get("CI_API_V4_URL") or f"{server}/api/v4"
    if not re.search(r"/api/v\d+/?$", api):
        api = f"{api.rstrip('/')}/api/v4"
    web = re.sub(r"/api/v\d+/?$", "", api)
    project = environment.get("CI_MERGE_REQUEST_PROJECT_ID") or environment.get("CI_PROJECT_ID", "")
    repository = given.repository or project
    source = environment.get("CI_MERGE_REQUEST_SOURCE_PROJECT_PATH") or environment.get("CI_PROJECT_PATH", "")
    shown = given.repository if given.repository and not given.repository.isdigit() else source
    commit = environment.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA") or environment.get("CI_COMMIT_SHA", "")
    number = given.number or _number(environment.get("CI_MERGE_REQUEST_IID"))
    return Target("gitlab", api, repository, number, given.commit or commit, web if shown else "", shown)


def _azure(given: Given, environment: Mapping[str, str]) -> Target:
    api = given.api or environment.get("SYSTEM_TEAMFOUNDATIONCOLLECTIONURI", "")
    project, name = environment.get("SYSTEM_TEAMPROJECT", ""), environment.get("BUILD_REPOSITORY_NAME", "")
    repository = given.repository or (f"{project}/{name}" if project and name else "")
    number = given.number or _number(environment.get("SYSTEM_PULLREQUEST_PULLREQUESTID"))
    commit = environment.get("SYSTEM_PULLREQUEST_SOURCECOMMITID") or environment.get("BUILD_SOURCEVERSION", "")
    return Target("azure", api, repository, number, given.commit or commit, api, repository)


def _bitbucket(given: Given, environment: Mapping[str, str]) -> Target:
    workspace, slug = environment.get("BITBUCKET_WORKSPACE", ""), environment.get("BITBUCKET_REPO_SLUG", "")
    own = environment.get("BITBUCKET_REPO_FULL_NAME") or (f"{workspace}/{slug}" if workspace and slug else "")
    repository = given.repository or own
    number = given.number or _number(environment.get("BITBUCKET_PR_ID"))
    commit = given.commit or environment.get("BITBUCKET_COMMIT", "")
    api = (given.api or _BITBUCKET_CLOUD).rstrip("/")
    if urlsplit(api).netloc in ("api.bitbucket.org", "bitbucket.org"):
        return Target("bitbucket", _BITBUCKET_CLOUD, repository, number, commit, "https://bitbucket.org", repository)
    if api.endswith("/2.0"):
        return Target("bitbucket", api, repository, number, commit, api.removesuffix("/2.0"), repository)
    web = re.sub(r"/rest(/api(/[\w.]+)?)?/?$", "", api)
    return Target("bitbucket-server", f"{web.rstrip('/')}/rest/api/1.0", repository, number, commit, web, repository)


def _event(path: str) -> dict[str, Any]:
    """What started a run of GitHub Actions, {} if that is not known."""
    try:
        if not path or Path(path).stat().st_size > _LARGEST_EVENT:
            return {}
        found = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return {key: value for key, value in found.items() if isinstance(value, dict)} if isinstance(found, dict) else {}


def _number(text: object) -> int:
    return int(text) if isinstance(text, (int, str)) and re.fullmatch(r"\d{1,18}", str(text)) else 0


_PLATFORMS = {"github": _github, "gitlab": _gitlab, "azure": _azure, "bitbucket": _bitbucket}
_FORMS: Mapping[Kind, str] = {
    "github": "OWNER/NAME",
    "azure": "PROJECT/REPOSITORY",
    "bitbucket": "WORKSPACE/REPOSITORY",
    "bitbucket-server": "KEY/REPOSITORY",
}
_WHERE: Mapping[Kind, tuple[str, str]] = {
    "github": (
        "Pass --repo OWNER/NAME; GitHub Actions says it in GITHUB_REPOSITORY",
        "GitHub Actions says it in jobs of pull_request and workflow_run events",
    ),
    "gitlab": (
        "Pass --repo GROUP/PROJECT; GitLab CI says it in CI_PROJECT_ID",
        "GitLab CI says it in CI_MERGE_REQUEST_IID, in merge request pipelines",
    ),
    "azure": (
        "Pass --repo PROJECT/REPOSITORY; Azure Pipelines says it in SYSTEM_TEAMPROJECT and BUILD_REPOSITORY_NAME",
        "Azure Pipelines says it in SYSTEM_PULLREQUEST_PULLREQUESTID, in builds of a branch policy",
    ),
    "bitbucket": (
        "Pass --repo WORKSPACE/REPOSITORY; Bitbucket Pipelines says it in BITBUCKET_REPO_FULL_NAME",
        "Bitbucket Pipelines says it in BITBUCKET_PR_ID, in pull-requests pipelines",
    ),
    "bitbucket-server": ("Pass --repo KEY/REPOSITORY", "it is the number in the address of the pull request"),
}
