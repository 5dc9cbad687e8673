"""Reading a commit without checking it out."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from git_repositories import Repository

from costlint.sources import GitSource, SourceError

Git = Callable[..., str]


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    repository = Repository(tmp_path / "repository")
    root, run = repository.root, repository.git
    (root / "infra").mkdir()
    (root / "infra/main.tf").write_text("a = 1\n")
    (root / "infra/ü.tf").write_text("b = 1\n")
    (root / "top.tf").symlink_to("infra/main.tf")
    (root / "out.tf").symlink_to("../secret.tf")
    (root / "away").symlink_to("infra")
    (root / "round").symlink_to("round")
    (tmp_path / "secret.tf").write_text("secret")
    run("add", ".")
    run("commit", "-q", "-m", "one")
    (root / "infra/main.tf").write_text("a = 2\n")
    (root / "infra/new.tf").write_text("")
    run("add", ".")
    run("commit", "-q", "-m", "two")
    return run


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "repository"


def test_files_are_those_of_the_commit(git: Git, root: Path) -> None:
    with GitSource(root, "HEAD~1") as source:
        assert source.files() == ["infra/main.tf", "infra/ü.tf", "out.tf", "round", "top.tf"]
        assert not source.is_file("out.tf")
        assert source.files("infra") == ["infra/main.tf", "infra/ü.tf"]
        assert source.names("infra") == ["main.tf", "ü.tf"]
        assert source.read("infra/main.tf") == b"a = 1\n"
    with GitSource(root / "infra", "main") as source:
        assert source.read("infra/main.tf") == b"a = 2\n"
        assert source.is_file("infra/new.tf")
        assert source.is_dir("infra")
        assert source.commit == git("rev-parse", "HEAD")


def test_links_are_followed_only_inside(git: Git, root: Path) -> None:
    with GitSource(root, "HEAD") as source:
        assert source.read("top.tf") == b"a = 2\n"
        assert source.read("away/main.tf") == b"a = 2\n"
        for path in ("out.tf", "round", "round/x", "../secret.tf", "/etc/passwd"):
            with pytest.raises(SourceError):
                source.read(path)


@pytest.mark.parametrize("ref", ["nothing", "--output=x", "HEAD:infra", "", "main; echo"])
def test_an_unknown_ref_is_a_sentence(git: Git, root: Path, ref: str) -> None:
    with pytest.raises(SourceError, match="git knows no commit"):
        GitSource(root, ref)


def test_a_directory_without_a_repository_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="not inside a git work tree"):
        GitSource(tmp_path, "HEAD")


def test_missing_files_name_the_ref(git: Git, root: Path) -> None:
    with GitSource(root, "HEAD") as source, pytest.raises(SourceError, match="no such file or directory in HEAD"):
        source.read("infra/other.tf")


def test_neither_filters_nor_hooks_run(git: Git, root: Path, tmp_path: Path) -> None:
    trace = tmp_path / "ran"
    git("config", "filter.evil.smudge", f"touch {trace}")
    git("config", "core.fsmonitor", f"touch {trace}")
    git("config", "diff.evil.textconv", f"touch {trace}")
    (root / ".gitattributes").write_text("*.tf filter=evil diff=evil\n")
    git("-c", "core.fsmonitor=false", "add", ".gitattributes")
    git("-c", "core.fsmonitor=false", "commit", "-q", "-m", "three")
    trace.unlink(missing_ok=True)
    with GitSource(root, "HEAD") as source:
        assert source.read("infra/main.tf") == b"a = 2\n"
    assert not trace.exists()


def test_it_can_be_read_again_after_closing(git: Git, root: Path) -> None:
    source = GitSource(root, "HEAD")
    assert source.read("infra/main.tf") == b"a = 2\n"
    source.close()
    assert source.read("infra/main.tf") == b"a = 2\n"
    source.close()


def test_several_may_read_at_a_time(git: Git, root: Path) -> None:
    for number in range(300):
        (root / f"f{number}.tf").write_text(f"# {number}\n" * (number + 1))
    git("add", "-A")
    git("commit", "-q", "-m", "many")
    with GitSource(root, "HEAD") as source, ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda number: source.read(f"f{number}.tf"), [*range(300)] * 3))
    assert found == [f"# {number}\n".encode() * (number + 1) for number in range(300)] * 3
