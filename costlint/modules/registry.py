"""The module registry protocol: which versions of a module there are, and where the package of one is.

https://developer.hashicorp.com/terraform/internals/module-registry-protocol
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urljoin, urlsplit

from costlint.modules.credentials import Credentials, variable_for
from costlint.network.errors import FetchError
from costlint.network.web import Answer, Web, shown
from costlint.versions import Constraint, Version, VersionError, parse_version

_SERVICE = "modules.v1"


class Registry:
    """Asks registries, each host's services and each module's versions once."""

    def __init__(self, web: Web, credentials: Credentials) -> None:
        self._web = web
        self._credentials = credentials
        self._services: dict[str, str] = {}
        self._versions: dict[str, list[Version]] = {}

    def choose(self, module: str, constraint: str) -> Version:
        """The newest version of host/namespace/name/provider that meets a constraint. Raises FetchError."""
        try:
            wanted = Constraint(constraint)
        except VersionError as error:
            raise FetchError(str(error)) from None
        versions = self._versions_of(module)
        chosen = wanted.newest(versions)
        if chosen is None:
            newest = max(versions, default=None)
            there = f"the newest is {newest.text}" if newest is not None else "there are none"
            meets = f"meets {constraint}" if constraint.strip() else "is a release"
            raise FetchError(f"no version of {module} {meets}; {there}")
        return chosen

    def location(self, module: str, version: str) -> str:
        """The address the package of a version is fetched from. Raises FetchError."""
        host, _, path = module.partition("/")
        url = f"{self._service(host)}{path}/{version}/download"
        answer = self._ask(host, url, f"version {version} of {module}")
        location = answer.headers.get("X-Terraform-Get", "") or _written_location(answer)
        if not location:
            raise FetchError(f"{shown(url)} does not say where the module is (no X-Terraform-Get)")
        return urljoin(answer.url, location) if location.startswith(("/", "./", "../")) else str(location)

    def _versions_of(self, module: str) -> list[Version]:
        if module not in self._versions:
            host, _, path = module.partition("/")
            url = f"{self._service(host)}{path}/versions"
            answer = _decoded(self._ask(host, url, module))
            try:
                texts = [entry["version"] for entry in answer["modules"][0]["versions"]]
            except (LookupError, TypeError):
                raise FetchError(f"{shown(url)} does not answer with a list of versions") from None
            self._versions[module] = [version for text in texts if (version := _version(text)) is not None]
        return self._versions[module]

    def _service(self, host: str) -> str:
        """The base URL of the registry at a host, ending in a slash."""
        if host not in self._services:
            configured = self._credentials.service(host, _SERVICE)
            url = configured or self._discovered(host)
            self._services[host] = url if url.endswith("/") else f"{url}/"
        return self._services[host]

    def _discovered(self, host: str) -> str:
        url = f"https://{host}/.well-known/terraform.json"
        answer = self._web.get(url, self._headers(host))
        services = _decoded(answer) if answer.status == 200 else None
        service = services.get(_SERVICE) if isinstance(services, dict) else None
        if not isinstance(service, str):
            raise FetchError(f"{host} is no module registry ({shown(url)} names no {_SERVICE})")
        service = urljoin(answer.url, service)
        if urlsplit(service).scheme != "https":
            raise FetchError(f"{host} keeps its registry at {shown(service)}, which is not https")
        return service

    def _ask(self, host: str, url: str, what: str) -> Answer:
        answer = self._web.get(url, self._headers(host))
        if answer.status in (401, 403):
            given = "does not accept the token it is given" if self._credentials.token(host) else "asks for a token"
            raise FetchError(
                f"{host} {given} (HTTP {answer.status}): set {variable_for(host)}, or run terraform login {host}"
            )
        if answer.status == 404:
            raise FetchError(f"{host} has no {what.replace(f'{host}/', '')}, or does not show it without a token")
        if answer.status not in (200, 204):
            raise FetchError(f"{shown(url)} answers with HTTP {answer.status}")
        return answer

    def _headers(self, host: str) -> dict[str, str]:
        token = self._credentials.token(host)
        return {"Accept": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}


def _written_location(answer: Answer) -> str:
    """Newer registries write the location into the answer."""
    try:
        value = json.loads(answer.body)
    except (ValueError, RecursionError):
        return ""
    location = value.get("location") if isinstance(value, dict) else None
    return location if isinstance(location, str) else ""


def _decoded(answer: Answer) -> Any:
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        raise FetchError(f"{shown(answer.url)} does not answer in JSON") from None


def _version(text: object) -> Version | None:
    try:
        return parse_version(text) if isinstance(text, str) else None
    except VersionError:
        return None
