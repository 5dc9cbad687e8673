"""Repositories built for a test, with nothing of this machine's git configuration."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from costlint.config import Config
from costlint.diffing.sides import between_paths, since_commit
from costlint.model.differences import Diff

PROVIDER = 'provider "aws" {\n  region = "us-east-1"\n}\nterraform {\n  backend "s3" {}\n}\n'


class Repository:
    """A git repository; `write` replaces files (None removes one), `commit` records everything."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str) -> str:
        identity = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
        done = subprocess.run(["git", *identity, *arguments], cwd=self.root, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def write(self, files: Mapping[str, str | None]) -> None:
        for name, text in files.items():
            path = self.root / name
            if text is None:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def commit(self, files: Mapping[str, str | None] | None = None) -> str:
        self.write(files or {})
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "change")
        return self.git("rev-parse", "HEAD")


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
