"""Version constraints as Helm understands them: `^1.2`, `~1.2.3`, `1.x`, `>=1.0 <2.0 || 3.1 - 3.4`.

Semantics: https://github.com/Masterminds/semver/blob/v3.3.0/README.md, which Helm uses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from costlint.numerals import whole_number

_NUMBERS = r"v?(\d+|[xX*])(?:\.(\d+|[xX*]))?(?:\.(\d+|[xX*]))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?"
_PART = re.compile(rf"(=|==|!=|>=|=>|<=|=<|>|<|~>|~|\^)?\s*{_NUMBERS}")
_RANGE = re.compile(rf"{_NUMBERS}\s+-\s+{_NUMBERS}")
_VERSION = re.compile(r"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?")
_BETWEEN = re.compile(r"[,\s]*")


class ConstraintError(ValueError):
    """The text is no constraint Helm knows."""


class Version(NamedTuple):
    """A version as it is ordered; `text` is as published."""

    numbers: tuple[int, int, int]
    prerelease: str
    text: str

    @property
    def order(self) -> tuple[object, ...]:
        """What versions are compared by: releases come after their prereleases, numbers before words."""
        parts = [(1, 0, one) if (n := whole_number(one)) is None else (0, n, "") for one in self.prerelease.split(".")]
        return self.numbers, not self.prerelease, parts


Test = Callable[[Version], bool]


def parse_version(text: str) -> Version | None:
    """The version a text is, None if it is none."""
    found = _VERSION.fullmatch(text.strip())
    if found is None:
        return None
    major, minor, patch = (whole_number(one or "0") for one in found.groups()[:3])
    if major is None or minor is None or patch is None:
        return None
    return Version((major, minor, patch), found[4] or "", text.strip())


def newest(versions: Iterable[str], constraint: str) -> str | None:
    """The newest published version that meets a constraint; without one the newest release. Prereleases count only
    where the constraint names one. Raises ConstraintError."""
    chosen = [one for one in map(parse_version, versions) if one is not None]
    exact = next((one for one in chosen if one.text == constraint.strip()), None)
    if exact is not None:
        return exact.text
    meets = _constraint(constraint)
    return max((one for one in chosen if meets(one)), key=lambda one: one.order, default=_NONE).text or None


def fits(version: str, constraint: str) -> bool:
    """Whether a version meets a constraint; False for what is no version, or no constraint."""
    try:
        return newest((version,), constraint) is not None
    except ConstraintError:
        return False


_NONE = Version((0, 0, 0), "", "")


def _constraint(text: str) -> Test:
    alternatives = [_all(part) for part in (text.strip() or "*").split("||")]
    return lambda version: any(each(version) for each in alternatives)


def _all(text: str) -> Test:
    tests: list[Test] = []
    names_prerelease = False
    rest = text.strip()
    while rest:
        between = _RANGE.match(rest)
        if between is not None:
            groups = between.groups()
            tests += [_test(">=", groups[:4]), _test("<=", groups[4:])]
            names_prerelease |= bool(groups[3] or groups[7])
            rest = rest[between.end() :]
        else:
            found = _PART.match(rest)
            if found is None:
                raise ConstraintError(f'"{text.strip()}" is no version constraint (such as "^1.2", "~1.2.3" or "1.x")')
            tests.append(_test(found[1] or "", found.groups()[1:]))
            names_prerelease |= bool(found[5])
            rest = rest[found.end() :]
        rest = _BETWEEN.sub("", rest, count=1)
    return lambda version: (names_prerelease or not version.prerelease) and all(one(version) for one in tests)


def _test(operator: str, groups: tuple[str | None, ...]) -> Test:
    """One comparison. What is left out or `x` is any number."""
    known = [int(one) for one in _until_any(groups[:3])]
    low = Version(_filled(known), groups[3] or "", "")
    if operator in (">=", "=>"):
        return lambda version: version.order >= low.order
    if operator == "<":
        return lambda version: version.order < low.order
    after = _after(known, len(known))
    within: Test = lambda version: version.order >= low.order and (after is None or version.numbers < after)  # noqa: E731
    whole = len(known) == 3
    if operator in ("", "=", "=="):
        return (lambda version: version.order == low.order) if whole else within
    if operator == "!=":
        return (lambda version: version.order != low.order) if whole else (lambda version: not within(version))
    if operator == ">":
        if whole:
            return lambda version: version.order > low.order
        return lambda version: after is not None and version.numbers >= after
    if operator in ("<=", "=<"):
        if whole:
            return lambda version: version.order <= low.order
        return lambda version: after is None or version.numbers < after
    if operator == "^":
        significant = next((index for index, one in enumerate(known) if one), len(known) - 1)
        end = _after(known, significant + 1)
    else:
        end = _after(known, min(len(known), 2))
    return lambda version: version.order >= low.order and (end is None or version.numbers < end)


def _until_any(groups: tuple[str | None, ...]) -> list[str]:
    found: list[str] = []
    for one in groups:
        if one is None or not one.isdigit():
            break
        found.append(one)
    return found


def _after(known: list[int], count: int) -> tuple[int, int, int] | None:
    """The first version that does not begin with the first numbers, None if every one does."""
    if not count:
        return None
    return _filled([*known[: count - 1], known[count - 1] + 1])


def _filled(known: list[int]) -> tuple[int, int, int]:
    major, minor, patch = (*known, *[0] * (3 - len(known)))
    return major, minor, patch
