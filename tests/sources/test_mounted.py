"""Several trees as one: paths stay in the tree they begin in."""

from pathlib import Path

import pytest

from costlint.sources import DirectorySource, MemorySource, MountedSource, SourceError, follow, is_elsewhere, tree_of


@pytest.fixture
def mounted() -> tuple[MountedSource, str]:
    source = MountedSource(MemorySource({"main.tf": "base", "modules/a/x.tf": ""}))
    return source, source.mount(MemorySource({"main.tf": "mounted", "sub/y.tf": "y"}))


def test_each_tree_is_read_at_its_own_place(mounted: tuple[MountedSource, str]) -> None:
    source, at = mounted
    assert (source.read("main.tf"), source.read(f"{at}/main.tf")) == (b"base", b"mounted")
    assert source.names(at) == ["main.tf"]
    assert source.files(at) == [f"{at}/main.tf", f"{at}/sub/y.tf"]
    assert source.files() == ["main.tf", "modules/a/x.tf"]
    assert (source.is_dir(f"{at}/sub"), source.is_file(f"{at}/sub/y.tf"), source.is_dir(f"{at}/nope")) == (
        True,
        True,
        False,
    )


def test_a_tree_is_mounted_once() -> None:
    source, tree = MountedSource(MemorySource({})), MemorySource({"a.tf": ""})
    assert source.mount(tree) == source.mount(tree)
    assert source.mount(MemorySource({})) != source.mount(tree)


@pytest.mark.parametrize(
    ("directory", "relative", "place"),
    [
        ("infra", "../modules/a", "modules/a"),
        ("infra", "..", ""),
        ("", "modules", "modules"),
        ("infra", "../..", None),
        ("infra", "/etc", None),
        ("<modules>/0/sub", "..", "<modules>/0"),
        ("<modules>/0/sub", "../other", "<modules>/0/other"),
        ("<modules>/0/sub", "../..", None),
        ("<modules>/0", "../../infra", None),
        ("<modules>/0", "../1/x", None),
        ("infra", "../<modules>/0", None),
    ],
)
def test_a_relative_path_never_leads_into_another_tree(directory: str, relative: str, place: str | None) -> None:
    assert follow(directory, relative) == place


def test_the_tree_of_a_path_is_told_by_its_beginning() -> None:
    assert [tree_of(path) for path in ("", "a/b", "<modules>/3", "<modules>/3/x/y")] == [
        "",
        "",
        "<modules>/3",
        "<modules>/3",
    ]


@pytest.mark.parametrize(
    ("path", "elsewhere"),
    [
        ("main.tf", False),
        ("modules/disk/main.tf", False),
        ("<modules>/0/main.tf", True),
        (".terraform/modules/disk/main.tf", True),
        ("live/.terragrunt-cache/a/b/main.tf", True),
        ("my.terraform/main.tf", False),
    ],
)
def test_copies_and_other_trees_are_not_edited_here(path: str, elsewhere: bool) -> None:
    assert is_elsewhere(path) is elsewhere


def test_a_path_through_one_tree_does_not_reach_the_next(mounted: tuple[MountedSource, str]) -> None:
    source, at = mounted
    with pytest.raises(SourceError, match="no such file"):
        source.read(f"{at}/../9/main.tf")


def test_a_neighbour_is_mounted_with_its_whole_work_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("repo/.git", "shared/.git", "shared/net/vpc", "plain/vpc"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "shared/net/vpc/main.tf").write_text("a = 1")
    monkeypatch.chdir(tmp_path / "repo")
    source = MountedSource(DirectorySource(tmp_path / "repo"))
    place = source.place("../shared/net")
    assert place is not None
    assert source.read(f"{place}/vpc/main.tf") == b"a = 1"
    assert source.shown(f"{place}/vpc/main.tf") == "../shared/net/vpc/main.tf"
    assert follow(place, "..") == tree_of(place)
    assert source.place("../plain/vpc") is not None
    assert source.place("../nowhere") is None


def test_a_directory_of_the_scanned_tree_stays_in_it(tmp_path: Path) -> None:
    (tmp_path / "modules").mkdir()
    source = MountedSource(DirectorySource(tmp_path))
    assert source.place(tmp_path / "modules") == "modules"
    assert source.place(tmp_path) == ""


def test_a_work_tree_around_the_scanned_one_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "repo/.git").mkdir(parents=True)
    (tmp_path / "shared").mkdir()
    (tmp_path / "secret.tf").write_text("")
    source = MountedSource(DirectorySource(tmp_path / "repo"))
    place = source.place(tmp_path / "shared")
    assert place == tree_of(place or "")


def test_a_link_in_a_mounted_tree_does_not_lead_out(tmp_path: Path) -> None:
    for name in ("repo", "shared"):
        (tmp_path / name).mkdir()
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "shared/link.tf").symlink_to(tmp_path / "secret")
    source = MountedSource(DirectorySource(tmp_path / "repo"))
    with pytest.raises(SourceError, match="leads out"):
        source.read(f"{source.place(tmp_path / 'shared')}/link.tf")
