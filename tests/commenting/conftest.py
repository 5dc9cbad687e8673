"""A server for each platform, with nothing in the environment that says where else to go."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from commenting.azure_server import AzureServer
from commenting.bitbucket_servers import BitbucketCloud, BitbucketDataCenter
from commenting.forge_server import ForgeServer, Maker
from commenting.github_server import GitHubServer
from commenting.gitlab_server import GitLabServer

_SAID_BY_CI = ("GITHUB_", "GH_", "GITLAB_", "CI_", "SYSTEM_", "BUILD_", "AZURE_", "BITBUCKET_", "SSL_")


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The CI these tests run in says nothing."""
    for name in list(os.environ):
        if name.startswith(_SAID_BY_CI) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.fixture(
    params=[GitHubServer, GitLabServer, AzureServer, BitbucketCloud, BitbucketDataCenter],
    ids=lambda maker: maker.__name__,
)
def server(request: pytest.FixtureRequest) -> Iterator[ForgeServer]:
    """Each platform in turn; what it was asked has to keep to its contract."""
    maker: Maker = request.param
    with maker() as running:
        yield running
        assert running.wrong == []


@pytest.fixture
def github() -> Iterator[GitHubServer]:
    running = GitHubServer()
    with running:
        yield running
        assert running.wrong == []
