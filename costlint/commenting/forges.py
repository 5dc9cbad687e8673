"""The platform of a target, opened with the token the environment has for it."""

from __future__ import annotations

from collections.abc import Mapping

from costlint.commenting.errors import CommentError
from costlint.commenting.posting import Forge
from costlint.commenting.requests import Clock
from costlint.commenting.targets import Target
from costlint.reports.comment_links import Kind

TOKENS: Mapping[Kind, tuple[str, ...]] = {
    "github": ("GITHUB_TOKEN", "GH_TOKEN"),
    "gitlab": ("GITLAB_TOKEN", "CI_JOB_TOKEN"),
    "azure": ("AZURE_DEVOPS_EXT_PAT", "SYSTEM_ACCESSTOKEN"),
    "bitbucket": ("BITBUCKET_TOKEN",),
    "bitbucket-server": ("BITBUCKET_TOKEN",),
}
"""Where tokens are looked for, the first that is set."""


def token_of(kind: Kind, environment: Mapping[str, str]) -> tuple[str, str]:
    """The variable that holds the token, and the token. Raises CommentError."""
    for name in TOKENS[kind]:
        token = environment.get(name, "").strip()
        if token:
            if not token.isascii() or not token.isprintable():
                raise CommentError(f"{name} holds signs no token has")
            return name, token
    raise CommentError(f"no token: set {' or '.join(TOKENS[kind])} (docs/pull-requests.md says how), or try --dry-run")


def open_forge(target: Target, environment: Mapping[str, str], clock: Clock | None = None) -> Forge:
    """The platform, at the pull request. Raises CommentError if there is no token."""
    name, token = token_of(target.kind, environment)
    if target.kind == "github":
        from costlint.commenting.github import GitHub

        return GitHub(target, token, clock)
    if target.kind == "gitlab":
        from costlint.commenting.gitlab import GitLab

        return GitLab(target, token, is_job_token=name == "CI_JOB_TOKEN", clock=clock)
    if target.kind == "azure":
        from costlint.commenting.azure import Azure

        return Azure(target, token, is_personal=name == "AZURE_DEVOPS_EXT_PAT", clock=clock)
    if target.kind == "bitbucket":
        from costlint.commenting.bitbucket import Bitbucket

        return Bitbucket(target, token, clock)
    from costlint.commenting.bitbucket_server import BitbucketServer

    return BitbucketServer(target, token, clock)
