"""`modules:` of the configuration: which sources lie in which directory on disk."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple, Protocol

from costlint.readers.terraform.sourcing.addresses import ModuleAddress, published, repository_place

_WILD = {"**": "(.*)", "*": "([^/]*)"}


class Mapping(Protocol):
    """`match` is a glob over module sources (`*` within a path segment, `**` across), `path` the directory."""

    @property
    def match(self) -> str: ...

    @property
    def path(self) -> str: ...


class Mapped(NamedTuple):
    """Where a mapping says a module is: `inside` a directory on disk; if that part does not exist, `otherwise`."""

    directory: str
    inside: str
    otherwise: str | None


def mapped(mapping: Mapping, text: str, address: ModuleAddress) -> Mapped | None:
    """Where the mapping says a module source is, None if it is not about it.

    Each `*` in `path` takes the text a `*` of `match` stood for. Without one, the directory of that name below `path`
    counts, else `path` itself.
    """
    for spelling, subdir in _spellings(text, address):
        found = _pattern(mapping.match).fullmatch(spelling)
        if found is None:
            continue
        fixed, star, _ = mapping.path.partition("*")
        captures = [capture.removesuffix(".git") for capture in found.groups()]
        captures = captures if star else captures[-1:]
        if any(".." in capture.split("/") or capture.startswith("/") for capture in captures):
            return None
        if star:
            directory = fixed.rpartition("/")[0] or ("/" if fixed.startswith("/") else ".")
            inside = _filled(mapping.path, captures)
            return Mapped(directory, _joined(posixpath.relpath(inside, directory), subdir), None)
        named = _joined(*captures, subdir)
        return Mapped(mapping.path, named, _joined(subdir) if captures and captures != [""] else None)
    return None


def _spellings(text: str, address: ModuleAddress) -> Iterator[tuple[str, str]]:
    """The ways to write a source that a pattern may match, each with the directory left to go."""
    written = text.partition("?")[0]
    scheme = written.find("://")
    mark = written.find("//", scheme + 3 if scheme >= 0 else 0)
    whole = written if mark < 0 else written[:mark]
    subdir = address.subdir if address.kind != "local" else ""
    plain = address.package.partition("?")[0]
    place = repository_place(address.location) if address.kind == "git" else None
    anyhow = "/".join(place) if place is not None else plain
    elsewhere = published(address) or plain
    for package in dict.fromkeys((whole, plain, plain.partition("::")[2] or plain, anyhow, elsewhere)):
        for spelling in dict.fromkeys((package, package.removesuffix(".git"))):
            yield spelling, subdir
            if subdir:
                yield f"{spelling}//{subdir}", ""


@lru_cache(maxsize=64)
def _pattern(glob: str) -> re.Pattern[str]:
    pieces = re.findall(r"\*\*|\*|[^*]+", glob)
    return re.compile("".join(_WILD.get(piece) or re.escape(piece) for piece in pieces), re.DOTALL | re.IGNORECASE)


def _filled(path: str, captures: list[str]) -> str:
    rest = iter(captures)
    return re.sub(r"\*+", lambda _: next(rest, ""), path)


def _joined(*parts: str) -> str:
    joined = posixpath.normpath("/".join(part for part in parts if part) or ".")
    return "" if joined == "." else joined
