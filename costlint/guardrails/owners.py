"""Whom the configuration names for what is deployed from a path, or carries a tag."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from costlint.config import Config

_TAG = "tag:"


class Owners:
    """Looks up owners; a path or tag may have several, and both count."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._entries = [(key, (who,) if isinstance(who, str) else who) for key, who in config.owners.items()]

    def of(self, places: Iterable[str], tags: Mapping[str, str] | None = None) -> tuple[str, ...]:
        """Who owns one of these places (paths as shown to people), or something with these tags, in the order the
        configuration names them."""
        where = [place for place in places if place]
        found = (who for key, who in self._entries if self._is_about(key, where, tags or {}))
        return tuple(dict.fromkeys(name for who in found for name in who))

    def _is_about(self, key: str, places: list[str], tags: Mapping[str, str]) -> bool:
        if key.startswith(_TAG):
            return has_tag(key.removeprefix(_TAG), tags)
        return any(self._config.is_at(key, place) for place in places)


def has_tag(wanted: str, tags: Mapping[str, str]) -> bool:
    """Whether tags hold KEY, or KEY=VALUE."""
    name, equals, value = wanted.partition("=")
    return name in tags and (not equals or tags[name] == value)
