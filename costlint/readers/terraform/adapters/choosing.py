"""Chooses the adapter that stands in for a module call, and the release it is read as.

Nobody asks a registry here, so of a constraint the newest release known to meet it is taken: that of the index, or a
version the constraint itself names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from costlint.readers.terraform.adapters.index import Row
from costlint.readers.terraform.sourcing.addresses import ModuleAddress
from costlint.versions import Constraint, Version, VersionError, parse_version

_COMMENT = re.compile(r"""["\s]*(?:#|//|/\*)\s*(?:\S+@)?v?(\d+(?:\.\d+){1,2})\b""")
_COMMIT = re.compile(r"[0-9a-f]{7,40}")
_TAG = re.compile(r"(?:refs/tags/|tags/)?v?(\d+(?:\.\d+)*)")
_WRITTEN = re.compile(r"\d+(?:\.\d+)*")
_BRANCHES = ("", "main", "master", "HEAD")


class Choice(Struct, frozen=True):
    """The adapter's row and the release the call is read as."""

    row: Row
    version: str


def choose(rows: Sequence[Row], address: ModuleAddress, constraint: str, behind: str) -> Choice | None:
    """The adapter for a call, None if there is none for the release it asks for.

    `constraint` is the `version` argument of a registry call; `behind` what stands on the line after the source: where
    a commit is pinned, the comment that says which release it is.
    """
    if not rows:
        return None
    newest = rows[-1].newest
    if address.kind == "git":
        return _of_release(rows, _tagged(address.option("ref"), behind, newest))
    try:
        wanted = Constraint(constraint)
    except VersionError:
        return None
    named = (parse_version(text) for text in _WRITTEN.findall(constraint))
    return _of_release(rows, wanted.newest((*(row.newest for row in rows), *named)))


def _of_release(rows: Sequence[Row], release: Version | None) -> Choice | None:
    if release is None:
        return None
    row = next((row for row in reversed(rows) if row.versions.met_by(release)), None)
    return Choice(row, release.text) if row is not None else None


def _tagged(ref: str, behind: str, newest: Version) -> Version | None:
    """The release a git reference stands for, None if nothing says."""
    if ref in _BRANCHES:
        return newest
    tag = _TAG.fullmatch(ref)
    if tag is not None:
        return parse_version(tag[1])
    comment = _COMMENT.match(behind) if _COMMIT.fullmatch(ref) else None
    return parse_version(comment[1]) if comment is not None else None
