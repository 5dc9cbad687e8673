"""Ignore rules, against git itself."""

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from costlint.sources import DirectorySource
from costlint.sources.ignoring import IgnoreFile, ignored_at

PATHS = (
    "a.tf", "b.log", "build/a.tf", "src/build/a.tf", "src/main.tf", "src/deep/er/main.tf", "docs/a.txt",
    "docs/sub/a.txt", "a b.tf", "x[1].tf", "#a.tf", "!b.tf", "foo/bar/baz.tf", "foo/baz.tf", "k.tf", "src/k.tf",
)  # fmt: skip


def git(*arguments: str, cwd: Path) -> str:
    done = subprocess.run(["git", *arguments], cwd=cwd, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("repository")
    git("init", "-q", cwd=root)
    for path in PATHS:
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("")
    return root


def as_git_sees_it(root: Path) -> list[str]:
    listed = git("ls-files", "--others", "--exclude-per-directory=.gitignore", "-z", cwd=root)
    return sorted(path for path in listed.split("\0") if path)


@pytest.mark.parametrize(
    "text",
    [
        "*.log",
        "build/",
        "/build",
        "/build/",
        "src/build",
        "**/build",
        "build/**",
        "src/**/main.tf",
        "docs/*\n!docs/sub",
        "docs/*\n!docs/sub\ndocs/sub/*",
        "docs\n!docs/a.txt",
        "*\n!*/\n!*.tf",
        "a?b.tf",
        "a b.tf   ",
        "[ak].tf",
        "[!a].tf",
        "[^a-j].tf",
        "x\\[1\\].tf",
        "\\#a.tf",
        "\\!b.tf",
        "# a comment\n\n*.txt",
        "foo/*/baz.tf",
        "foo/**/baz.tf",
        "**",
        "***",
        "***/*",
        "foo/***/baz.tf",
        "docs/***",
        "/*",
        "src/*\n!src/k.tf",
        "**/deep/**",
        "[[:alpha:]].tf",
        "[a",
        "a.tf\\",
        "a.tf\r\nb.log\r",
        "foo**bar",
        "s*/k.tf",
        "!k.tf\nk.tf",
    ],
)
def test_files_agree_with_git(repository: Path, text: str) -> None:
    (repository / ".gitignore").write_bytes(text.encode())
    assert DirectorySource(repository).files() == as_git_sees_it(repository)


_PIECES = st.sampled_from(
    ["*", "**", "/", "?", "a", "k", ".tf", "src", "build", "foo", "bar", "!", "\\", "[a-k]", "[!a]", " ", "\n", "docs"]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=st.lists(_PIECES, max_size=10))
def test_any_pattern_agrees_with_git(repository: Path, pieces: list[str]) -> None:
    (repository / ".gitignore").write_text("".join(pieces))
    assert DirectorySource(repository).files() == as_git_sees_it(repository)


def test_inner_files_override_outer_ones(tmp_path: Path) -> None:
    root = tmp_path / "repository"
    root.mkdir()
    git("init", "-q", cwd=root)
    for path in ("keep/a.log", "drop/a.log", "keep/deep/b.log"):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("")
    (root / ".gitignore").write_text("*.log\n")
    (root / "keep/.gitignore").write_text("!*.log\n/deep\n")
    assert DirectorySource(root).files() == as_git_sees_it(root) == [".gitignore", "keep/.gitignore", "keep/a.log"]
    assert DirectorySource(root).files("drop") == []
    shutil.rmtree(root)


def test_the_last_matching_line_decides() -> None:
    file = IgnoreFile("*.tf\n!main.tf\n")
    assert file.verdict("a.tf", False) is True
    assert file.verdict("main.tf", False) is False
    assert file.verdict("README", False) is None


@pytest.mark.parametrize(
    ("path", "directory"),
    [
        ("vendor", "vendor"),
        ("vendor/net/vpc", "vendor"),
        ("infra/made/by/hand", "infra/made"),
        ("infra/kept", ""),
        ("infra", ""),
        ("", ""),
    ],
)
def test_the_outermost_directory_git_ignores_is_told_of_paths_that_need_not_exist(path: str, directory: str) -> None:
    files = {".gitignore": "vendor/\nkept\n", "infra/.gitignore": "/made/\n!kept\n", "vendor/.gitignore": "!net/\n"}
    assert ignored_at(path, lambda file: files.get(file, "")) == directory
