"""Tokens of module registries, from where Terraform keeps them. They are handed to their own host and never shown.

https://developer.hashicorp.com/terraform/cli/config/config-file#credentials
"""

from __future__ import annotations

import json
import netrc
import os
from collections.abc import Mapping
from pathlib import Path

from costlint.readers.terraform.syntax.ast import Body, Expr
from costlint.readers.terraform.syntax.native import parse_hcl
from costlint.sources.settings import settings_text


class Credentials:
    """What Terraform's CLI configuration says about hosts: tokens, and services that need no discovery."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._environment = environment
        self._tokens: dict[str, str] = {}
        self._services: dict[str, dict[str, str]] = {}
        self._read_saved()
        self._read_configuration()

    def token(self, host: str) -> str:
        """The token for a host (name, and port if it has one), "" if there is none. TF_TOKEN_… comes first."""
        host = host.lower()
        named = {name.lower(): text for name, text in self._environment.items() if name.startswith("TF_TOKEN_")}
        # Dots are written as underscores; hyphens may be written as double underscores.
        for variable in (variable_for(host), variable_for(host, hyphens="-")):
            if token := named.get(variable.lower()):
                return token
        return self._tokens.get(host, "")

    def service(self, host: str, name: str) -> str:
        """The URL a `host` block gives for a service, "" if there is none."""
        return self._services.get(host.lower(), {}).get(name, "")

    def login(self, host: str) -> tuple[str, str] | None:
        """User and password for a host from ~/.netrc, None if there are none."""
        chosen = self._environment.get("NETRC", "")
        try:
            found = netrc.netrc(chosen or str(self._home() / ".netrc")).authenticators(host)
        except (OSError, netrc.NetrcParseError, UnicodeDecodeError):
            return None
        return (found[0], found[2]) if found is not None and found[2] is not None else None

    def _home(self) -> Path:
        try:
            return Path(self._environment.get("HOME") or Path.home())
        except RuntimeError:
            return Path()

    def _read_saved(self) -> None:
        """What `terraform login` has written."""
        try:
            saved = json.loads(settings_text(self._home() / ".terraform.d" / "credentials.tfrc.json") or "{}")
        except (ValueError, RecursionError):
            return
        hosts = saved.get("credentials") if isinstance(saved, dict) else None
        for host, entry in hosts.items() if isinstance(hosts, dict) else ():
            if isinstance(entry, dict) and isinstance(entry.get("token"), str):
                self._tokens[host.lower()] = entry["token"]

    def _read_configuration(self) -> None:
        named = self._environment.get("TF_CLI_CONFIG_FILE") or self._environment.get("TERRAFORM_CONFIG")
        data = self._environment.get("APPDATA", "") if os.name == "nt" else ""
        place = Path(named) if named else Path(data) / "terraform.rc" if data else self._home() / ".terraformrc"
        body, _ = parse_hcl(settings_text(place).encode())
        for block in body.blocks:
            host = block.labels[0].lower() if block.labels else ""
            if block.type == "credentials" and (token := block.body.literal("token")):
                self._tokens[host] = token
            elif block.type == "host":
                self._services[host] = _services(block.body)


def variable_for(host: str, hyphens: str = "__") -> str:
    """The environment variable Terraform takes the token of a host from."""
    return "TF_TOKEN_" + host.replace("-", hyphens).replace(".", "_")


def _services(body: Body) -> dict[str, str]:
    attribute = body.attributes.get("services")
    items: list[tuple[Expr, Expr]] = attribute.expr[3] if attribute is not None and attribute.expr[0] == "obj" else []
    literals = ((key[3], value[3]) for key, value in items if key[0] == "lit" and value[0] == "lit")
    return {key: value for key, value in literals if isinstance(key, str) and isinstance(value, str)}
