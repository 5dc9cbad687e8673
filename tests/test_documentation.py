"""Every link in the documentation leads somewhere."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted({*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "costlint").rglob("*.md")})

_FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\((?!https?:|mailto:)([^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(.*)$", re.MULTILINE)


def _prose(page: Path) -> str:
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def _anchors(page: Path) -> set[str]:
    """The anchors GitHub gives the headings of a page."""
    plain = (
        re.sub(r"\[([^]]*)\]\([^)]*\)|`", r"\1", heading).strip().lower() for heading in _HEADING.findall(_prose(page))
    )
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in plain}


def _broken(page: Path) -> Iterator[str]:
    for link in _LINK.findall(_prose(page)):
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in _anchors(target)):
            yield link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    assert list(_broken(page)) == []


def test_the_pages_are_found_and_link_to_each_other() -> None:
    assert ROOT / "docs" / "configuration.md" in PAGES
    assert sum(len(_LINK.findall(_prose(page))) for page in PAGES) > 20


@pytest.mark.parametrize("link", ["missing.md", "README.md#no-such-heading", "#nowhere"])
def test_a_link_to_what_is_not_there_is_found(tmp_path: Path, link: str) -> None:
    (tmp_path / "README.md").write_text("# A heading, with `code`\n")
    (tmp_path / "page.md").write_text(f"see [this]({link}), [that](README.md#a-heading-with-code)\n")
    assert list(_broken(tmp_path / "page.md")) == [link]


def test_the_index_leads_to_every_page() -> None:
    index = ROOT / "docs" / "README.md"
    led_to = {(index.parent / link.partition("#")[0]).resolve() for link in _LINK.findall(_prose(index))}
    assert set((ROOT / "docs").glob("*.md")) - led_to == {index}


def test_the_picture_of_the_rooms_is_the_contract() -> None:
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    floors = [re.findall(r"costlint\.(\w+)", layer) for layer in contract[0]["layers"]]
    floor_of = {room: floor for floor, rooms in enumerate(floors) for room in rooms}
    picture = re.findall(r"^    (\w+(?: │ \w+)*) {2,}", (ROOT / "docs" / "architecture.md").read_text(), re.MULTILINE)
    drawn = [room for line in picture for room in line.split(" │ ")]
    assert sorted(drawn) == sorted(floor_of)
    assert [floor_of[room] for room in drawn] == sorted(floor_of.values())


def test_every_command_the_documentation_names_exists() -> None:
    from costlint.cli import _VERBS

    named = {verb for page in PAGES for verb in re.findall(r"`costlint ([a-z]+)\b", page.read_text(encoding="utf-8"))}
    assert named - set(_VERBS) == set()
