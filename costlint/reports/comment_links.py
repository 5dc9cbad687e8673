"""Addresses of lines of a commit, as each platform writes them."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from typing import Literal, NamedTuple, TypeAlias
from urllib.parse import quote

Kind: TypeAlias = Literal["github", "gitlab", "azure", "bitbucket", "bitbucket-server"]
LineLink: TypeAlias = Callable[[str, int, int], str]
"""The address of lines `first` to `last` of a file, "" if it has none."""


class Repository(NamedTuple):
    """Where people see a repository. `web` is the address of the platform (of Azure DevOps, that of the organization),
    `name` what stands behind it: owner/name, group/project, project/repository, workspace/name, KEY/name."""

    kind: Kind
    web: str
    name: str


def no_link(file: str, first: int, last: int) -> str:
    """Places are not links."""
    return ""


def links(repository: Repository, commit: str, directory: str = "") -> LineLink:
    """Links to lines of a commit. `directory` is what files are relative to, from the root of the repository."""
    if not commit or not repository.web or not repository.name:
        return no_link

    def link(file: str, first: int, last: int) -> str:
        path = in_repository(file, directory)
        return (
            _link(repository, commit, quote(path, safe="/", errors="replace"), first, max(first, last)) if path else ""
        )

    return link


def in_repository(file: str, directory: str = "") -> str:
    """The path of a file from the root of the repository, "" if it is not in there."""
    if not file or file.startswith("/"):
        return ""
    path = posixpath.normpath(posixpath.join(directory, file.replace("\\", "/")))
    return "" if path == "." or path.startswith(("../", "/")) or path == ".." or path[1:2] == ":" else path


def _link(repository: Repository, commit: str, path: str, first: int, last: int) -> str:
    web = repository.web.rstrip("/")
    name = quote(repository.name, safe="/")
    several = last > first
    if repository.kind == "github":
        return f"{web}/{name}/blob/{commit}/{path}" + _at(first, f"#L{first}" + (f"-L{last}" if several else ""))
    if repository.kind == "gitlab":
        return f"{web}/{name}/-/blob/{commit}/{path}" + _at(first, f"#L{first}" + (f"-{last}" if several else ""))
    if repository.kind == "azure":
        project, _, repo = name.rpartition("/")
        lines = f"&line={first}&lineEnd={last + 1}&lineStartColumn=1&lineEndColumn=1"
        return f"{web}/{project}/_git/{repo}?path=/{path}&version=GC{commit}" + _at(first, lines)
    if repository.kind == "bitbucket":
        return f"{web}/{name}/src/{commit}/{path}" + _at(first, f"#lines-{first}" + (f":{last}" if several else ""))
    key, _, slug = name.partition("/")
    place = f"users/{key[1:]}" if key.startswith("~") else f"projects/{key}"
    lines = f"#{first}" + (f"-{last}" if several else "")
    return f"{web}/{place}/repos/{slug}/browse/{path}?at={commit}" + _at(first, lines)


def _at(line: int, text: str) -> str:
    return text if line > 0 else ""
