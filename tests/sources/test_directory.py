"""Reading from disk: what is listed, what is refused and how."""

import os
from pathlib import Path

import pytest

from costlint.sources import DirectorySource, SourceError, open_directory
from costlint.sources.limits import LARGEST_FILE


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "repository"
    for path, text in {
        "infra/main.tf": "a = 1\n",
        "infra/.terraform/modules/x/main.tf": "b = 1\n",
        "infra/.terraform/modules/modules.json": "{}",
        "modules/gpu/main.tf": "c = 1\n",
        "node_modules/x/main.tf": "",
        ".git/config": "[remote]\n",
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    (tmp_path / "secret.tf").write_text("secret")
    return root


def test_the_root_is_the_enclosing_work_tree(tree: Path) -> None:
    source, selected = open_directory(tree / "infra")
    assert (source.root, selected) == (tree, "infra")
    assert source.files(selected) == ["infra/main.tf"]
    assert source.read("modules/gpu/main.tf") == b"c = 1\n"


def test_without_a_work_tree_the_directory_is_the_root(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/x.tf").write_text("")
    (tmp_path / "y.tf").write_text("")
    source, selected = open_directory(tmp_path / "a")
    assert (selected, source.files()) == ("", ["x.tf"])
    with pytest.raises(SourceError, match="outside the scanned tree"):
        source.read("../y.tf")


def test_a_file_can_be_named(tree: Path) -> None:
    source, selected = open_directory(tree / "infra/main.tf")
    assert selected == "infra/main.tf"
    assert source.is_file(selected)


def test_listing_skips_what_tools_put_there(tree: Path) -> None:
    assert DirectorySource(tree).files() == ["infra/main.tf", "modules/gpu/main.tf"]


def test_downloaded_modules_are_read_by_name(tree: Path) -> None:
    source = DirectorySource(tree)
    assert source.names("infra/.terraform/modules/x") == ["main.tf"]
    assert source.read("infra/.terraform/modules/x/main.tf") == b"b = 1\n"


def test_a_missing_path_is_a_sentence(tree: Path) -> None:
    with pytest.raises(SourceError, match="nothing: no such file or directory"):
        open_directory(tree / "nothing")
    with pytest.raises(SourceError, match=r"main2\.tf: no such file"):
        DirectorySource(tree).read("infra/main2.tf")
    assert DirectorySource(tree).files("nothing") == []
    assert DirectorySource(tree).names("nothing") == []


@pytest.mark.parametrize("path", ["../secret.tf", "infra/../../secret.tf", "/etc/passwd", "a\0b"])
def test_paths_that_lead_out_are_refused(tree: Path, path: str) -> None:
    source = DirectorySource(tree)
    with pytest.raises(SourceError):
        source.read(path)
    assert not source.is_file(path)
    assert not source.is_dir(path)


def test_links_are_followed_only_inside(tree: Path) -> None:
    (tree / "infra/shared.tf").symlink_to("../modules/gpu/main.tf")
    (tree / "infra/out.tf").symlink_to("../../secret.tf")
    (tree / "infra/absolute.tf").symlink_to(tree.parent / "secret.tf")
    (tree / "infra/outdir").symlink_to("../..")
    (tree / "infra/gpu").symlink_to("../modules/gpu")
    (tree / "infra/loop").symlink_to("loop")
    (tree / "infra/git.tf").symlink_to("../.git/config")
    source = DirectorySource(tree)
    names = ["absolute.tf", "git.tf", "loop", "main.tf", "out.tf", "shared.tf"]
    assert source.files("infra") == [f"infra/{name}" for name in names]
    assert source.names("infra") == names
    assert [name for name in names if source.is_file(f"infra/{name}")] == ["main.tf", "shared.tf"]
    assert source.read("infra/shared.tf") == b"c = 1\n"
    assert source.read("infra/gpu/main.tf") == b"c = 1\n"
    for path in ("infra/out.tf", "infra/absolute.tf", "infra/outdir/secret.tf", "infra/loop", "infra/git.tf"):
        with pytest.raises(SourceError):
            source.read(path)


def test_the_data_of_git_is_private(tree: Path) -> None:
    with pytest.raises(SourceError, match="belongs to git"):
        DirectorySource(tree).read(".git/config")


def test_a_large_file_is_refused_by_its_size(tree: Path) -> None:
    with (tree / "big.tf").open("wb") as file:
        file.truncate(50_000_000)
    with pytest.raises(SourceError, match=r"big\.tf is 50 MB; files over 32 MB are not read"):
        DirectorySource(tree).read("big.tf")


def test_a_file_at_the_limit_is_read(tree: Path) -> None:
    with (tree / "big.tf").open("wb") as file:
        file.truncate(LARGEST_FILE)
    assert len(DirectorySource(tree).read("big.tf")) == LARGEST_FILE
    with (tree / "big.tf").open("ab") as file:
        file.write(b"x")
    with pytest.raises(SourceError, match="larger than 32 MB"):
        DirectorySource(tree).read("big.tf")


def test_a_pipe_does_not_block(tree: Path) -> None:
    os.mkfifo(tree / "infra/pipe.tf")
    source = DirectorySource(tree)
    assert source.files("infra") == ["infra/main.tf", "infra/pipe.tf"]
    assert not source.is_file("infra/pipe.tf")
    with pytest.raises(SourceError, match="not a regular file"):
        source.read("infra/pipe.tf")


def test_a_directory_is_not_a_file(tree: Path) -> None:
    with pytest.raises(SourceError, match="infra"):
        DirectorySource(tree).read("infra")


@pytest.mark.parametrize(
    ("here", "expected"),
    [
        (".", "infra/main.tf"),
        ("infra", "main.tf"),
        ("modules/gpu", "../../infra/main.tf"),
        ("..", "repository/infra/main.tf"),
    ],
)
def test_paths_are_shown_from_the_current_directory(
    tree: Path, monkeypatch: pytest.MonkeyPatch, here: str, expected: str
) -> None:
    monkeypatch.chdir(tree / here)
    assert DirectorySource(tree).shown("infra/main.tf") == expected


def test_an_ignored_directory_that_is_named_is_still_listed(tree: Path) -> None:
    (tree / ".gitignore").write_text("infra/\n")
    source = DirectorySource(tree)
    assert source.files() == [".gitignore", "modules/gpu/main.tf"]
    assert source.files("infra") == ["infra/main.tf"]


def test_a_directory_that_may_not_be_listed_is_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open" / "main.tf").write_text("")
    (tmp_path / "secret").mkdir()
    listing = os.scandir

    def refused(path: str) -> object:
        if str(path).endswith("secret"):
            raise PermissionError(13, "Permission denied", path)
        return listing(path)

    monkeypatch.setattr(os, "scandir", refused)
    source = DirectorySource(tmp_path)
    assert source.files() == ["open/main.tf"]
    shown = source.shown("secret")
    assert {path: error.about(shown) for path, error in source.closed.items()} == {
        "secret": "may not be read (permission denied)"
    }


def test_links_to_directories_are_noted_where_they_lead_out(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    root = tmp_path / "in"
    (root / "real").mkdir(parents=True)
    (root / "out").symlink_to("../out")
    (root / "inner").symlink_to("real")
    source = DirectorySource(root)
    assert source.files() == []
    assert list(source.closed) == ["out"]
    assert source.closed["out"].message.endswith("it is a link that leads out of the scanned tree and is not read")
