"""A platform of a loopback server, opened as the command does it, with a clock that only counts."""

from __future__ import annotations

from typing import Any

from commenting.bitbucket_servers import BitbucketDataCenter
from commenting.forge_server import TOKEN, ForgeServer

from costlint.commenting.forges import open_forge
from costlint.commenting.requests import Clock
from costlint.commenting.targets import Given, Target, target

NOW = 1_800_000_000.0
VARIABLES = {
    "github": "GITHUB_TOKEN",
    "gitlab": "GITLAB_TOKEN",
    "azure": "SYSTEM_ACCESSTOKEN",
    "bitbucket": "BITBUCKET_TOKEN",
}


def address(server: ForgeServer) -> str:
    """What --api-url says of a server."""
    below = {"azure": "/acme", "bitbucket": "/2.0"}.get(server.platform, "")
    return server.url + ("" if isinstance(server, BitbucketDataCenter) else below)


def repository(server: ForgeServer) -> str:
    """What --repo says of its repository."""
    if isinstance(server, BitbucketDataCenter):
        return "ACME/infra"
    return "platform/infra" if server.platform == "azure" else "acme/infra"


def target_of(server: ForgeServer, number: int = 7, commit: str = "") -> Target:
    return target(server.platform, Given(repository(server), number, commit, address(server)), {})


def opened(server: ForgeServer, waits: list[float] | None = None, token: str = TOKEN, **changed: Any) -> Any:
    """The platform; `waits` gathers the seconds it would have waited."""
    told = waits if waits is not None else []
    environment = {VARIABLES[server.platform]: token}
    return open_forge(target_of(server)._replace(**changed), environment, Clock(told.append, lambda: NOW))
