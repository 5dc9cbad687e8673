"""User names and passwords of chart repositories, from where Helm and Docker keep them. They go to their own host only.

https://helm.sh/docs/topics/registries/ and https://docs.docker.com/reference/cli/docker/login/#credential-stores
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

import yaml

from costlint.sources.settings import settings_text

_PATIENCE = 30.0
_HELPER = re.compile(r"[\w.-]+")


class Logins:
    """What the configuration of Helm and Docker says about hosts."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._environment = environment
        home = Path(environment.get("HOME") or "/")
        helm = Path(environment.get("HELM_CONFIG_HOME") or home / ".config" / "helm")
        registry = Path(environment.get("HELM_REGISTRY_CONFIG") or helm / "registry" / "config.json")
        docker = Path(environment.get("DOCKER_CONFIG") or home / ".docker") / "config.json"
        self._registries = [_json(registry), _json(docker)]
        repositories = Path(environment.get("HELM_REPOSITORY_CONFIG") or helm / "repositories.yaml")
        self._repositories = _yaml(repositories)

    def registry(self, host: str) -> tuple[str, str] | None:
        """User and password for an OCI registry, None if there are none."""
        for config in self._registries:
            auths = config.get("auths")
            for name in (host, f"https://{host}", f"https://{host}/v1/"):
                entry = auths.get(name) if isinstance(auths, dict) else None
                if isinstance(entry, dict) and (found := _decoded(entry.get("auth"))):
                    return found
            helpers = config.get("credHelpers")
            helper = helpers.get(host) if isinstance(helpers, dict) else None
            found = self._from_helper(helper or config.get("credsStore"), host)
            if found is not None:
                return found
        return None

    def repository(self, url: str) -> tuple[str, str] | None:
        """User and password for an HTTP repository: those in its URL, else those `helm repo add` has kept."""
        parts = urlsplit(url)
        if parts.username is not None:
            return unquote(parts.username), unquote(parts.password or "")
        for entry in self._added():
            if str(entry.get("url", "")).rstrip("/") == url.rstrip("/"):
                user, password = entry.get("username"), entry.get("password")
                if user:
                    return str(user), str(password or "")
        return None

    def address(self, name: str) -> str:
        """The URL of the repository `helm repo add` knows under a name, "" if it knows none."""
        return next((str(entry.get("url") or "") for entry in self._added() if entry.get("name") == name), "")

    def _added(self) -> Iterator[dict[str, object]]:
        listed = self._repositories.get("repositories")
        yield from (entry for entry in (listed if isinstance(listed, list) else ()) if isinstance(entry, dict))

    def _from_helper(self, name: object, host: str) -> tuple[str, str] | None:
        """What a credential helper the user has set up knows."""
        if not isinstance(name, str) or not _HELPER.fullmatch(name):
            return None
        program = shutil.which(f"docker-credential-{name}", path=self._environment.get("PATH"))
        if program is None:
            return None
        try:
            asked = [program, "get"]
            done = subprocess.run(asked, input=host.encode(), capture_output=True, timeout=_PATIENCE, check=True)
            said = json.loads(done.stdout)
            return (str(said["Username"]), str(said["Secret"])) if said.get("Username") else None
        except (OSError, subprocess.SubprocessError, ValueError, KeyError, AttributeError):
            return None


def _decoded(text: object) -> tuple[str, str] | None:
    if not isinstance(text, str):
        return None
    try:
        user, colon, password = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    return (user, password) if colon else None


def _json(path: Path) -> dict[str, object]:
    try:
        found = json.loads(settings_text(path) or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _yaml(path: Path) -> dict[str, object]:
    try:
        found = yaml.safe_load(settings_text(path))
    except (yaml.YAMLError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
