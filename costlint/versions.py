"""Version constraints as Terraform understands them: `~> 5.0, >= 5.1.2`.

Semantics: https://developer.hashicorp.com/terraform/language/expressions/version-constraints and
hashicorp/go-version, which Terraform uses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import total_ordering

from costlint.numerals import whole_number

_VERSION = re.compile(r"v?(\d+(?:\.\d+)*)(?:-([0-9A-Za-z~-]+(?:\.[0-9A-Za-z~-]+)*))?(?:\+[0-9A-Za-z~.-]+)?")
_CONSTRAINT = re.compile(r"(=|!=|>=|<=|>|<|~>|)\s*(\S+)")
_FEWEST_SEGMENTS = 3


class VersionError(ValueError):
    """The text is no version, or no constraint."""


@total_ordering
@dataclass(frozen=True, slots=True)
class Version:
    """`segments` are the numbers, at least three of them; `written` is how many the text gave."""

    text: str
    segments: tuple[int, ...]
    written: int
    prerelease: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Version) and self._key() == other._key()

    def __lt__(self, other: Version) -> bool:
        return self._key() < other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[object, ...]:
        segments = self.segments
        while segments and segments[-1] == 0:
            segments = segments[:-1]
        # A release is newer than its prereleases; of their parts, numbers come before words.
        parts = [(1, 0, one) if (n := whole_number(one)) is None else (0, n, "") for one in self.prerelease.split(".")]
        return segments, not self.prerelease, parts


class Constraint:
    """A list of conditions, all of which a version must meet; the empty one is met by every release."""

    def __init__(self, text: str) -> None:
        """Raises VersionError."""
        self.text = text
        self._conditions: list[tuple[str, Version]] = []
        for part in text.split(",") if text.strip() else ():
            found = _CONSTRAINT.fullmatch(part.strip())
            if found is None or not _VERSION.fullmatch(found[2]):
                raise VersionError(f'"{text}" is no version constraint (such as "~> 5.0, >= 5.1.2")')
            self._conditions.append((found[1] or "=", parse_version(found[2])))

    def newest(self, versions: Iterable[Version]) -> Version | None:
        """The version Terraform would choose: the newest that meets the constraint. A prerelease is chosen only if
        it is asked for exactly."""
        return max((version for version in versions if self.chooses(version)), default=None)

    def chooses(self, version: Version) -> bool:
        """True if the version could be chosen."""
        if version.prerelease:
            return [(operator, wanted) for operator, wanted in self._conditions] == [("=", version)]
        return self.met_by(version)

    def met_by(self, version: Version) -> bool:
        return all(_meets(version, operator, wanted) for operator, wanted in self._conditions)


def parse_version(text: str) -> Version:
    """A version such as 5.1, v5.1.2 or 5.2.0-beta.1. Raises VersionError."""
    found = _VERSION.fullmatch(text)
    if found is None:
        raise VersionError(f'"{text}" is no version (such as 5.1.2)')
    numbers = map(whole_number, found[1].split("."))
    written = [part for part in numbers if part is not None]
    if len(written) <= found[1].count("."):
        raise VersionError("a version has no numbers this long")
    padded = (*written, *(0 for _ in range(_FEWEST_SEGMENTS - len(written))))
    return Version(text.removeprefix("v"), padded, len(written), found[2] or "")


def _meets(version: Version, operator: str, wanted: Version) -> bool:
    if operator == "=":
        return version == wanted
    if operator == "!=":
        return version != wanted
    if version.prerelease and (not wanted.prerelease or version.segments != wanted.segments):
        return False
    if operator == ">":
        return version > wanted
    if operator == ">=":
        return version >= wanted
    if operator == "<":
        return version < wanted
    if operator == "<=":
        return version <= wanted
    return _only_last_grows(version, wanted)


def _only_last_grows(version: Version, wanted: Version) -> bool:
    """`~>`: the last number that is written may be larger, those before it are fixed."""
    if wanted.prerelease and not version.prerelease:
        return False
    fixed = wanted.written - 1
    return version >= wanted and version.segments[:fixed] == wanted.segments[:fixed]
