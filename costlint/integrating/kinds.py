"""The integrations there are: which files they are, what shows that a repository uses the system, and what is next."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple


class Kind(NamedTuple):
    """`file` is what is written, from `snippet`; into `entry` (a file people have) goes an item of its list `key`, and
    nothing else. Any of `marks` shows that the system is in use. `next` are the steps that are left to people."""

    title: str
    snippet: str
    marks: tuple[str, ...]
    file: str = ""
    entry: str = ""
    key: str = ""
    next: str = ""


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "pre-commit": Kind(
            "pre-commit",
            "pre-commit.yaml",
            (".pre-commit-config.yaml",),
            entry=".pre-commit-config.yaml",
            key="repos",
            next="pre-commit install, once in each clone",
        ),
        "github": Kind(
            "GitHub Actions",
            "github.yml",
            (".github",),
            file=".github/workflows/costlint.yml",
            next="commit it: the next pull request is commented on",
        ),
        "gitlab": Kind(
            "GitLab CI",
            "gitlab.yml",
            (".gitlab-ci.yml",),
            file=".gitlab/costlint.yml",
            entry=".gitlab-ci.yml",
            key="include",
            next="for comments, a project access token (api) as the masked variable GITLAB_TOKEN",
        ),
        "azure": Kind(
            "Azure Pipelines",
            "azure.yml",
            ("azure-pipelines.yml", ".azure-pipelines"),
            file="azure-pipelines-costlint.yml",
            next="make a pipeline of it, and add that to the branch policies as build validation",
        ),
        "bitbucket": Kind(
            "Bitbucket Pipelines",
            "bitbucket.yml",
            ("bitbucket-pipelines.yml",),
            file="bitbucket-pipelines.yml",
            next="for comments, a repository access token as the secured variable BITBUCKET_TOKEN",
        ),
        "atlantis": Kind(
            "Atlantis",
            "atlantis.yaml",
            ("atlantis.yaml",),
            file="atlantis.yaml",
            next="install costlint where Atlantis runs; the server has to allow custom workflows",
        ),
    }
)


def suggested(root: Path) -> list[str]:
    """The systems a repository uses already."""
    return [name for name, kind in KINDS.items() if any((root / mark).exists() for mark in kind.marks)]
