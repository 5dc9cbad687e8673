"""Remotes as a repository's configuration names them."""

from pathlib import Path

import pytest

from costlint.sources.repository import remote_addresses


@pytest.mark.parametrize(
    ("config", "urls"),
    [
        ('[remote "origin"]\n\turl = git@github.com:acme/infra.git\n', ("git@github.com:acme/infra.git",)),
        ('[core]\nbare = false\n[Remote "a b"]\nURL=https://x/y # main\n', ("https://x/y",)),
        ('[remote "o"] url = "https://x/y z"\n', ("https://x/y z",)),
        ('[remote "a"]\nurl = u1\nfetch = +refs\n[remote "b"]\nurl = u2\npushurl = u3\n', ("u1", "u2", "u3")),
        ('[submodule "m"]\nurl = https://other\n[url "ssh://a"]\ninsteadOf = b\n', ()),
        ("\x00 not a configuration [", ()),
        ("", ()),
    ],
)
def test_urls_of_remotes_are_found(tmp_path: Path, config: str, urls: tuple[str, ...]) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/config").write_text(config)
    assert remote_addresses(tmp_path) == urls


def test_a_linked_work_tree_has_the_remotes_of_its_repository(tmp_path: Path) -> None:
    (tmp_path / "main/.git/worktrees/w").mkdir(parents=True)
    (tmp_path / "main/.git/config").write_text('[remote "origin"]\nurl = u\n')
    (tmp_path / "main/.git/worktrees/w/commondir").write_text("../..\n")
    (tmp_path / "w").mkdir()
    (tmp_path / "w/.git").write_text(f"gitdir: {tmp_path}/main/.git/worktrees/w\n")
    assert remote_addresses(tmp_path / "w") == ("u",)


@pytest.mark.parametrize("text", [None, "", "gitdir: nowhere", "something else"])
def test_what_is_no_repository_has_no_remotes(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / ".git").write_text(text)
    assert remote_addresses(tmp_path) == ()
