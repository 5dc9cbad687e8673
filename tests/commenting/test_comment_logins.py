"""How each platform wants to be told who asks."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from loopback import LoopbackServer, Reply

from costlint.commenting import CommentError
from costlint.commenting.forges import open_forge
from costlint.commenting.requests import Clock
from costlint.commenting.targets import Given, target


def basic(text: str) -> str:
    return f"Basic {base64.b64encode(text.encode()).decode()}"


@pytest.mark.parametrize(
    ("platform", "variable", "token", "header", "sent"),
    [
        ("github", "GITHUB_TOKEN", "s3cr3t", "Authorization", "Bearer s3cr3t"),
        ("gitlab", "GITLAB_TOKEN", "s3cr3t", "Private-Token", "s3cr3t"),
        ("gitlab", "CI_JOB_TOKEN", "s3cr3t", "Job-Token", "s3cr3t"),
        ("azure", "SYSTEM_ACCESSTOKEN", "s3cr3t", "Authorization", "Bearer s3cr3t"),
        ("azure", "AZURE_DEVOPS_EXT_PAT", "s3cr3t", "Authorization", basic(":s3cr3t")),
        ("bitbucket", "BITBUCKET_TOKEN", "s3cr3t", "Authorization", "Bearer s3cr3t"),
        ("bitbucket", "BITBUCKET_TOKEN", "me@acme.test:s3cr3t", "Authorization", basic("me@acme.test:s3cr3t")),
    ],
)
def test_the_token_is_sent_as_the_platform_wants_it(
    platform: str, variable: str, token: str, header: str, sent: str
) -> None:
    with LoopbackServer() as server:
        found = target(platform, Given("acme/infra", 7, "", server.url), {})
        forge: Any = open_forge(found, {variable: token}, Clock(lambda _: None))
        requests = getattr(forge, "requests", None) or forge._requests
        server.routes["/x"] = Reply(403, body=f'{{"message": "no {sent}"}}'.encode())
        with pytest.raises(CommentError) as told:
            requests.send("GET", f"{server.url}/x")
        (request,) = server.requests
        assert request.headers[header] == sent
        assert sent.removeprefix("Bearer ").removeprefix("Basic ") not in str(told.value)
