"""Charts in OCI registries: tags, a manifest, and the layer that is the archive.

https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md, tokens as
https://distribution.github.io/distribution/spec/auth/token/ has them, media types as https://helm.sh/docs/topics/registries/.
"""

from __future__ import annotations

import hashlib
import json
import re
from urllib.parse import quote, urlencode, urljoin, urlsplit

from costlint.charts.logins import Logins
from costlint.charts.repositories import Found, chosen
from costlint.network.downloads import basic, refusal
from costlint.network.errors import FetchError
from costlint.network.web import Answer, Web

_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_ARCHIVE = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"
_CHALLENGE = re.compile(r'(\w+)="([^"]*)"')
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_MOST_PAGES = 100


class Registries:
    """Asks OCI registries. `plain` are hosts (with their port) that are spoken to without TLS."""

    def __init__(self, web: Web, logins: Logins, plain: frozenset[str] = frozenset()) -> None:
        self._web = web
        self._logins = logins
        self._plain = plain
        self._tokens: dict[tuple[str, str], dict[str, str]] = {}

    def find(self, repository: str, chart: str, constraint: str) -> Found:
        """The newest version of a chart that fits. `repository` is `oci://host/path`, with or without the chart at its
        end. Raises FetchError."""
        parts = urlsplit(repository)
        path = parts.path.strip("/")
        if chart and path.rpartition("/")[2] != chart:
            path = f"{path}/{chart}".lstrip("/")
        host, called = parts.netloc.rpartition("@")[2], path.rpartition("/")[2]
        # Tags cannot hold a plus, which versions may.
        tags = {tag.replace("_", "+"): tag for tag in self._tags(host, path)}
        version = chosen(tags, constraint, called)
        answer = self._get(host, path, f"manifests/{quote(tags[version], safe='')}", {"Accept": _MANIFEST})
        stated = answer.headers.get("Docker-Content-Digest", "")
        if _DIGEST.fullmatch(stated) and f"sha256:{hashlib.sha256(answer.body).hexdigest()}" != stated:
            raise FetchError(f"the manifest of {called} {version} is not what its digest says")
        layers = _object(answer.body, called).get("layers")
        for layer in layers if isinstance(layers, list) else ():
            digest = layer.get("digest") if isinstance(layer, dict) else None
            if isinstance(digest, str) and layer.get("mediaType") == _ARCHIVE and _DIGEST.fullmatch(digest):
                url = f"{self._base(host)}/v2/{path}/blobs/{digest}"
                return Found(version, url, self._tokens.get((host, path), {}), digest.removeprefix("sha256:"))
        raise FetchError(f"{called} {version} at {host} is no chart")

    def _tags(self, host: str, path: str) -> list[str]:
        found: list[str] = []
        question = "tags/list?n=1000"
        for _ in range(_MOST_PAGES):
            answer = self._get(host, path, question)
            tags = _object(answer.body, path).get("tags")
            found += [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []
            following = re.match(r'<([^>]+)>;\s*rel="?next', answer.headers.get("Link", ""))
            query = urlsplit(urljoin(answer.url, following[1])).query if following else ""
            if not query:
                break
            question = f"tags/list?{query}"
        return found

    def _get(self, host: str, path: str, question: str, headers: dict[str, str] | None = None) -> Answer:
        url = f"{self._base(host)}/v2/{path}/{question}"
        own = headers or {}
        answer = self._web.get(url, {**own, **self._tokens.get((host, path), {})})
        if answer.status == 401 and (host, path) not in self._tokens:
            self._tokens[host, path] = self._authorization(host, path, answer.headers.get("WWW-Authenticate", ""))
            answer = self._web.get(url, {**own, **self._tokens[host, path]})
        if answer.status in (401, 403):
            raise FetchError(
                f"{host}/{path} asks for credentials (HTTP {answer.status}): helm registry login {host}, then again"
            )
        if answer.status != 200:
            raise FetchError(refusal(url, answer.status))
        return answer

    def _authorization(self, host: str, path: str, challenge: str) -> dict[str, str]:
        """What a registry wants to see, from the token service it names. Passwords go from https to https only."""
        login = self._logins.registry(host)
        kind, _, rest = challenge.partition(" ")
        if kind.lower() == "basic":
            return basic(*login) if login is not None else {}
        said = dict(_CHALLENGE.findall(rest))
        realm = said.get("realm", "")
        if kind.lower() != "bearer" or urlsplit(realm).scheme not in ("https", urlsplit(self._base(host)).scheme):
            raise FetchError(f"{host} asks for credentials in a way that is not known")
        query = {"scope": said.get("scope") or f"repository:{path}:pull"}
        if said.get("service"):
            query["service"] = said["service"]
        joined = "&" if "?" in realm else "?"
        answer = self._web.get(f"{realm}{joined}{urlencode(query)}", basic(*login) if login is not None else {})
        if answer.status in (401, 403):
            raise FetchError(f"{host} does not accept the credentials it is given: helm registry login {host}")
        if answer.status != 200:
            raise FetchError(refusal(realm, answer.status))
        found = _object(answer.body, host)
        token = found.get("token") or found.get("access_token")
        if not isinstance(token, str):
            raise FetchError(f"{host} gives no token")
        return {"Authorization": f"Bearer {token}"}

    def _base(self, host: str) -> str:
        return f"{'http' if host in self._plain else 'https'}://{host}"


def _object(body: bytes, what: str) -> dict[str, object]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise FetchError(f"what is said about {what} is not JSON")
    return found
