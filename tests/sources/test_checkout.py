"""A commit, with what git ignores beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
from git_repositories import Repository

from costlint.sources import CheckoutSource


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    found = Repository(tmp_path / "repository")
    found.commit({"infra/main.tf": "a = 1\n", ".gitignore": "*.tfvars\ncache/\n", "gone.tf": ""})
    found.write({"infra/main.tf": "a = 2\n", "infra/own.tfvars": "b = 1\n", "infra/new.tf": "", "gone.tf": None})
    found.write({"cache/deep/kept.tf": "c = 1\n", ".terraform/modules/m/main.tf": "d = 1\n"})
    return found


def test_what_is_committed_is_as_it_was(repository: Repository) -> None:
    with CheckoutSource(repository.root, "HEAD") as source:
        assert source.files() == [".gitignore", "gone.tf", "infra/main.tf"]
        assert source.read("infra/main.tf") == b"a = 1\n"
        assert not source.is_file("infra/new.tf")
        assert source.is_file("gone.tf")


def test_what_git_ignores_is_as_it_is_here(repository: Repository) -> None:
    with CheckoutSource(repository.root, "HEAD") as source:
        assert source.names("infra") == ["main.tf", "own.tfvars"]
        assert source.read("infra/own.tfvars") == b"b = 1\n"
        assert source.is_dir("cache/deep")
        assert source.names("cache/deep") == ["kept.tf"]
        assert source.read(".terraform/modules/m/main.tf") == b"d = 1\n"
        assert source.belongs_to_no_commit("cache/deep/kept.tf")
        assert not source.belongs_to_no_commit("infra/main.tf")


def test_a_tracked_file_that_is_ignored_is_read_but_not_listed(repository: Repository) -> None:
    repository.git("add", "-f", "infra/own.tfvars")
    repository.git("commit", "-q", "-m", "force")
    repository.write({"infra/own.tfvars": "b = 2\n"})
    with CheckoutSource(repository.root, "HEAD") as source:
        assert "infra/own.tfvars" not in source.files()
        assert source.read("infra/own.tfvars") == b"b = 1\n"


def test_the_id_of_a_file_is_that_of_its_content(repository: Repository) -> None:
    with CheckoutSource(repository.root, "HEAD") as source:
        assert source.object_of("infra/main.tf") == repository.git("rev-parse", "HEAD:infra/main.tf")
        assert source.object_of("infra/own.tfvars") is None
