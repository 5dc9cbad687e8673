"""Surroundings for programs a scan starts, in which they find nobody to fetch anything from."""

from __future__ import annotations

from collections.abc import Mapping

_NOBODY = "http://127.0.0.1:9"
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")
_EXCEPTIONS = ("NO_PROXY", "no_proxy")


def without_network(environment: Mapping[str, str]) -> dict[str, str]:
    """The same environment with proxies that do not answer, and nothing that is reached without them."""
    kept = {name: value for name, value in environment.items() if name not in _EXCEPTIONS}
    return {**kept, **dict.fromkeys(_PROXIES, _NOBODY)}
