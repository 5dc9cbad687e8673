"""Commits as sides: refs, merge bases, shallow clones, and configurations that would like to run something."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from git_repositories import PROVIDER, Repository

from costlint.config import Config, RootSettings
from costlint.diffing.commits import commits
from costlint.diffing.sides import since_commit
from costlint.model.differences import Diff
from costlint.sources import SourceError

_VOLUME = 'resource "aws_ebs_volume" "data" {\n  availability_zone = "us-east-1a"\n  type = "gp3"\n  size = 100\n}\n'


def _volume(size: int, name: str = "data") -> str:
    return _VOLUME.replace("100", str(size)).replace('"data"', f'"{name}"')


def _since(base: str, *paths: str, **options: object) -> Diff:
    return since_commit(paths or ["."], Config(), base, **options)  # type: ignore[arg-type]


def test_the_work_tree_is_compared_with_a_commit_and_nothing_is_checked_out(repository: Repository) -> None:
    repository.commit({"main.tf": PROVIDER + _volume(100)})
    repository.write({"main.tf": PROVIDER + _volume(300)})
    before = (repository.git("status", "--porcelain"), repository.git("stash", "list"))
    found = _since("main")
    assert found.total.delta.likely == pytest.approx(16)
    assert (found.base.kind, found.head.kind) == ("commit", "work tree")
    assert found.base.commit == found.head.commit == repository.git("rev-parse", "HEAD")
    assert (repository.git("status", "--porcelain"), repository.git("stash", "list")) == before


def test_two_commits_are_compared_without_the_work_tree(repository: Repository) -> None:
    repository.commit({"main.tf": PROVIDER + _volume(100)})
    repository.commit({"main.tf": PROVIDER + _volume(300)})
    repository.write({"main.tf": "this is not HCL {"})
    found = _since("HEAD~1", head="HEAD")
    assert found.total.delta.likely == pytest.approx(16)
    assert not found.diagnostics


def test_what_happened_on_the_base_since_is_no_part_of_the_change(repository: Repository) -> None:
    repository.commit({"main.tf": PROVIDER + _volume(100)})
    repository.git("checkout", "-q", "-b", "change")
    repository.commit({"more.tf": _volume(200, "more")})
    repository.git("checkout", "-q", "main")
    repository.commit({"main.tf": PROVIDER + _volume(1100)})
    repository.git("checkout", "-q", "change")
    assert _since("main").total.delta.likely == pytest.approx(16)
    assert _since("main", merge_base=False).total.delta.likely == pytest.approx(16 - 80)


def test_a_path_that_is_new_was_nothing_before(repository: Repository) -> None:
    repository.commit({"other/main.tf": PROVIDER})
    repository.commit({"infra/main.tf": PROVIDER + _volume(100)})
    found = _since("HEAD~1", "infra")
    assert [(one.name, one.status) for one in found.stacks] == [("infra", "added")]
    assert found.total.delta.likely == pytest.approx(8)


def test_what_git_ignores_is_the_same_on_both_sides(repository: Repository) -> None:
    text = 'variable "size" {}\n' + PROVIDER + _VOLUME.replace("100", "var.size")
    repository.commit({"main.tf": text, ".gitignore": "*.tfvars\n", "README": "one"})
    repository.write({"terraform.tfvars": "size = 500\n"})
    found = _since("main")
    assert found.total.before.likely == found.total.after.likely == pytest.approx(40)
    assert found.resources == ()


def test_variable_files_somebody_names_are_read_as_they_were(repository: Repository) -> None:
    text = 'variable "size" {}\n' + PROVIDER + _VOLUME.replace("100", "var.size")
    repository.commit({"infra/main.tf": text, "settings/prod.tfvars": "size = 100\n"})
    repository.write({"settings/prod.tfvars": "size = 300\n"})
    found = since_commit(["infra"], Config(var_files=("settings/prod.tfvars",)), "main")
    assert found.total.delta.likely == pytest.approx(16)


def test_variable_files_that_are_new_were_not_there_before(repository: Repository) -> None:
    text = 'variable "size" {\n  default = 100\n}\n' + PROVIDER + _VOLUME.replace("100", "var.size")
    repository.commit({"infra/main.tf": text})
    repository.write({"settings/prod.tfvars": "size = 300\n"})
    roots = (RootSettings("infra", var_files=("settings/prod.tfvars",)),)
    found = since_commit(["infra"], Config(roots=roots), "main")
    assert found.total.delta.likely == pytest.approx(16)
    assert found.notes == ("settings/prod.tfvars was not there before",)


def test_a_base_with_broken_files_is_diagnosed_and_compared(repository: Repository) -> None:
    repository.commit({"main.tf": PROVIDER + _volume(100), "broken.tf": 'resource "aws_instance" "x" {\n  ami = = 1\n'})
    repository.write({"broken.tf": ""})
    found = _since("main")
    assert [(one.side, one.severity, one.file) for one in found.diagnostics] == [("base", "error", "broken.tf")]
    assert found.total.delta.likely == 0


def test_a_broken_file_in_a_renamed_directory_was_broken_before(repository: Repository) -> None:
    broken = 'resource "aws_ebs_volume" "v" {\n  size = \n}\n'
    repository.commit({"main.tf": PROVIDER, "old/broken.tf": broken, "old/main.tf": PROVIDER + _volume(100)})
    repository.git("mv", "old", "new")
    found = _since("HEAD")
    assert [(one.side, one.file, one.before) for one in found.diagnostics] == [("head", "new/broken.tf", True)]
    assert found.newly_unreadable == []
    repository.write({"other/broken.tf": broken})
    assert [one.file for one in _since("HEAD").newly_unreadable] == ["other/broken.tf"]


def test_a_file_too_large_at_the_base_is_diagnosed(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.commit({"main.tf": PROVIDER + _volume(100), "large.tf": "#" * 5000 + "\n"})
    repository.write({"large.tf": ""})
    monkeypatch.setattr("costlint.sources.git.LARGEST_FILE", 4000)
    found = _since("main")
    assert [(one.side, one.file) for one in found.diagnostics] == [("base", "large.tf")]


def test_links_that_lead_out_are_not_followed_on_either_side(repository: Repository, tmp_path: Path) -> None:
    (tmp_path / "secret.tf").write_text(_volume(5000))
    repository.commit({"main.tf": PROVIDER + _volume(100)})
    (repository.root / "out.tf").symlink_to("../secret.tf")
    repository.commit()
    repository.write({"main.tf": PROVIDER + _volume(200)})
    found = _since("main")
    assert found.total.delta.likely == pytest.approx(8)
    assert {(one.side, one.file) for one in found.diagnostics} == {("head", "out.tf")}


def test_a_submodule_that_is_another_commit_is_named(repository: Repository, tmp_path: Path) -> None:
    other = Repository(tmp_path / "other")
    other.commit({"main.tf": _volume(100)})
    repository.commit({"main.tf": PROVIDER})
    repository.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other.root), "shared")
    repository.commit()
    other.commit({"main.tf": _volume(900)})
    repository.git("-C", "shared", "-c", "protocol.file.allow=always", "pull", "-q")
    repository.commit()
    found = _since("HEAD~1", head="HEAD")
    assert found.notes == ("the submodule shared is another commit now; what is in it is not compared",)


def test_a_submodule_that_stays_is_no_difference(repository: Repository, tmp_path: Path) -> None:
    other = Repository(tmp_path / "other")
    other.commit({"main.tf": _volume(100)})
    repository.commit({"main.tf": PROVIDER + 'module "shared" {\n  source = "./shared"\n}\n'})
    repository.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other.root), "shared")
    repository.commit()
    repository.write({"main.tf": PROVIDER + 'module "shared" {\n  source = "./shared"\n}\n' + _volume(300, "more")})
    found = _since("main")
    assert found.total.delta.likely == pytest.approx(24)


class TestShallow:
    @pytest.fixture
    def clone(self, repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
        """A clone of one commit of a branch, as a CI job has it."""
        repository.commit({"main.tf": PROVIDER + _volume(100)})
        repository.git("checkout", "-q", "-b", "change")
        repository.commit({"main.tf": PROVIDER + _volume(300)})
        place = tmp_path / "clone"
        url = f"file://{repository.root}"
        subprocess.run(["git", "clone", "-q", "--depth=1", "--branch=change", url, str(place)], check=True)
        monkeypatch.chdir(place)
        found = Repository.__new__(Repository)
        found.root = place
        return found

    @pytest.mark.parametrize("base", ["origin/main", "main", "origin/team/main", "team/main"])
    def test_a_missing_base_is_explained_with_the_command_to_run(
        self, repository: Repository, clone: Repository, base: str
    ) -> None:
        repository.git("branch", "team/main", "main")
        with pytest.raises(SourceError, match=r"this clone is shallow\. Run `git fetch") as said:
            _since(base)
        command = str(said.value).split("`")[1]
        clone.git(*command.split()[1:])
        assert _since(base).total.delta.likely == pytest.approx(16)

    @pytest.mark.parametrize("base", ["HEAD^", "HEAD^1", "HEAD~1", "change~"])
    def test_a_commit_beyond_the_end_of_a_clone_is_a_matter_of_its_depth(self, clone: Repository, base: str) -> None:
        with pytest.raises(SourceError, match=r"Run `git fetch --deepen=1` first$"):
            _since(base, fetch=True)
        clone.git("fetch", "--deepen=1")
        assert _since(base).total.delta.likely == pytest.approx(16)

    @pytest.mark.parametrize(("base", "depth"), [("HEAD~3", 3), ("HEAD^^", 2), ("HEAD^2~2", 3)])
    def test_how_much_deeper_follows_from_how_far_back(self, clone: Repository, base: str, depth: int) -> None:
        with pytest.raises(SourceError, match=rf"--deepen={depth}`"):
            _since(base)

    @pytest.mark.parametrize("base", ["origin/main", "main"])
    def test_a_missing_base_is_fetched_without_its_history(self, clone: Repository, base: str) -> None:
        found = _since(base, fetch=True)
        assert found.total.delta.likely == pytest.approx(16)
        assert f"{base} was fetched without its history" in found.notes
        assert any("this clone is shallow" in note for note in found.notes)
        assert clone.git("rev-list", "--count", "origin/main") == "1"

    def test_a_base_nobody_has_is_said_to_be_missing(self, clone: Repository) -> None:
        with pytest.raises(SourceError, match='git knows no commit "origin/nowhere"'):
            _since("origin/nowhere", fetch=True)

    @pytest.mark.parametrize("setting", ["credential.helper", "remote.origin.uploadpack", "core.sshCommand"])
    def test_nothing_is_fetched_with_the_programs_of_a_strange_configuration(
        self, clone: Repository, setting: str, tmp_path: Path
    ) -> None:
        clone.git("config", setting, f"!touch {tmp_path}/ran")
        with pytest.raises(SourceError, match="names programs to run"):
            _since("origin/main", fetch=True)
        assert not (tmp_path / "ran").exists()


def test_no_program_a_repository_names_is_run(repository: Repository, tmp_path: Path) -> None:
    run = f"touch {tmp_path}/ran; cat"
    attributes = "*.tf diff=evil filter=evil\n"
    repository.commit({"main.tf": PROVIDER + _volume(100), ".gitattributes": attributes})
    for setting in ("core.fsmonitor", "diff.evil.textconv", "filter.evil.clean", "filter.evil.smudge", "diff.external"):
        repository.git("config", setting, run)
    hook = repository.root / ".git" / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    hook.chmod(0o755)
    repository.write({"main.tf": PROVIDER + _volume(300)})
    assert _since("main").total.delta.likely == pytest.approx(16)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("base", ["--upload-pack=x", "-x", " ", "no such branch", "main~100"])
def test_what_is_no_commit_is_a_sentence(repository: Repository, base: str) -> None:
    repository.commit({"main.tf": PROVIDER})
    with pytest.raises(SourceError, match="git knows no commit"):
        commits(repository.root, base)


@pytest.mark.parametrize("base", ["HEAD^", "HEAD~3", "main^2"])
def test_before_the_first_commit_there_is_nothing_to_fetch(repository: Repository, base: str) -> None:
    repository.commit({"main.tf": PROVIDER + _volume(100)})
    with pytest.raises(
        SourceError, match=r'knows no commit ".*": (HEAD|main) has not as many commits or parents before'
    ):
        _since(base)


def test_outside_a_repository_it_says_what_to_name(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="name two directories or files"):
        since_commit([str(tmp_path)], Config(), "main")


def test_a_repository_without_a_commit_is_a_sentence(repository: Repository) -> None:
    with pytest.raises(SourceError, match="no commit yet"):
        _since("main")
