"""Which directories have to be read to see what a few changed files do."""

from __future__ import annotations

from pathlib import Path

import pytest
from git_repositories import Repository

from costlint.readers.feeding import Change, change_of, fed_by, near
from costlint.sources import GitSource, IndexSource, SourceError


@pytest.fixture
def platform(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "platform")
    made.write({"roots/a/main.tf": 'module "m" {\n  source = "../../modules/app"\n}\n'})
    made.write({"roots/b/main.tf": 'module "m" { source   =   "../../modules/net/" }\n'})
    made.write({"roots/c/main.tf.json": '{"module": {"m": {"source": "../../modules/app"}}}\n'})
    made.write({"roots/d/main.tf": 'module "m" {\n  source = "terraform-aws-modules/vpc/aws"\n}\n'})
    made.write({"modules/app/main.tf": 'module "n" {\n  source = "../net"\n}\n'})
    made.write({"modules/net/main.tf": 'resource "aws_vpc" "v" {}\n'})
    made.write({"roots/a/terraform.tfvars": "x = 1\n"})
    made.write({"vars/prod.tfvars": "x = 1\n"})
    made.write({"deploy/app.yaml": "apiVersion: v1\nkind: Pod\n"})
    made.commit()
    return made


@pytest.mark.parametrize(
    ("changed", "roots"),
    [
        (["roots/d/main.tf"], ["roots/d"]),
        (["modules/net/main.tf"], ["roots/a", "roots/b", "roots/c"]),
        (["modules/app/main.tf", "roots/d/x.tf"], ["roots/a", "roots/c", "roots/d"]),
        (["roots/a/terraform.tfvars"], ["roots/a"]),
        (["roots/gone/main.tf"], []),
        (["main.tf"], [""]),
        (["vars/prod.tfvars"], None),
        (["deploy/app.yaml"], None),
        (["roots/a/main.tf", "roots/a/terragrunt.hcl"], None),
    ],
)
def test_changed_files_feed_the_roots_above_them(
    platform: Repository, changed: list[str], roots: list[str] | None
) -> None:
    with GitSource(platform.root, "HEAD") as commit, IndexSource(platform.root) as index:
        assert fed_by(commit, changed) == fed_by(index, changed) == roots


def test_a_module_whose_place_is_calculated_may_be_any(platform: Repository) -> None:
    platform.write({"roots/e/main.tf": 'module "m" {\n  source = "${path.module}/../../modules/app"\n}\n'})
    platform.commit()
    with GitSource(platform.root, "HEAD") as source:
        assert fed_by(source, ["modules/app/main.tf"]) is None


def test_a_linked_directory_may_be_anything(platform: Repository) -> None:
    (platform.root / "linked").symlink_to("modules")
    platform.commit()
    with GitSource(platform.root, "HEAD") as source:
        assert fed_by(source, ["roots/d/main.tf"]) is None


def test_a_change_is_what_is_staged_in_the_selected_paths(platform: Repository) -> None:
    before = platform.git("rev-parse", "HEAD")
    platform.write({"roots/d/main.tf": ""})
    platform.write({"README.md": "words"})
    platform.stage()
    platform.write({"roots/b/main.tf": "not staged"})
    with IndexSource(platform.root) as source:
        assert change_of(source, "HEAD") == Change(before, ("roots/d/main.tf",))
        assert near(source, ["roots/d/main.tf"], [""]) == ("roots/d",)
        assert near(source, ["roots/d/main.tf"], ["roots/a"]) == ()


def test_before_the_first_commit_everything_is_new(tmp_path: Path) -> None:
    made = Repository(tmp_path / "fresh")
    made.write({"main.tf": ""})
    made.stage()
    with IndexSource(made.root) as source:
        assert change_of(source, "HEAD") == Change("", ("main.tf",))
        assert near(source, ["main.tf"], [""]) == ("",)


def test_a_removed_file_is_a_change(platform: Repository) -> None:
    (platform.root / "modules/net/main.tf").unlink()
    platform.stage()
    with IndexSource(platform.root) as source:
        change = change_of(source, "HEAD")
        assert near(source, change.files, [""]) == ("roots/a", "roots/b", "roots/c")


def test_an_index_of_its_own_is_heeded(platform: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    own = str(platform.root / ".git" / "own-index")
    platform.write({"roots/d/main.tf": ""})
    platform.git("read-tree", "HEAD", GIT_INDEX_FILE=own)
    platform.git("add", "roots/d/main.tf", GIT_INDEX_FILE=own)
    with IndexSource(platform.root) as source:
        assert change_of(source, "HEAD").files == ()
    monkeypatch.setenv("GIT_INDEX_FILE", own)
    with IndexSource(platform.root) as source:
        assert change_of(source, "HEAD").files == ("roots/d/main.tf",)
        assert source.read("roots/d/main.tf") == b""


def test_what_git_cannot_compare_is_said(platform: Repository) -> None:
    with IndexSource(platform.root) as source, pytest.raises(SourceError, match="git could not compare"):
        source.changed_since("0" * 40)
