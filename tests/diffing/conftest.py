"""Repositories built for a test, with nothing of this machine's git configuration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from git_repositories import PROVIDER, Repository

from costlint.config import Config
from costlint.diffing.sides import between_paths, since_commit
from costlint.model.differences import Diff


@pytest.fixture(autouse=True)
def hermetic(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    found = Repository(tmp_path / "repository")
    monkeypatch.chdir(found.root)
    return found


@pytest.fixture
def diff(repository: Repository) -> Callable[..., Diff]:
    """What differs between the last commit and the files that are written over it."""

    def compared(before: Mapping[str, str | None], after: Mapping[str, str | None], **settings: object) -> Diff:
        repository.commit(before)
        repository.write(after)
        return since_commit(["."], Config(**settings), "HEAD")  # type: ignore[arg-type]

    return compared


@pytest.fixture
def compare_texts(tmp_path: Path) -> Callable[[str, str], Diff]:
    """What differs between two configurations of one file each."""

    def compared(before: str, after: str) -> Diff:
        for name, text in (("before", before), ("after", after)):
            (tmp_path / name).mkdir(exist_ok=True)
            (tmp_path / name / "main.tf").write_text(PROVIDER + text)
        return between_paths(str(tmp_path / "before"), str(tmp_path / "after"), Config())

    return compared
