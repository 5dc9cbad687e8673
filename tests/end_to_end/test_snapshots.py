"""What a user reads is what was last read and agreed to."""

from __future__ import annotations

import pytest
from snapshots import FOLDER, PLATFORM, ROOT, SNAPSHOTS, printed

from costlint.readers.kustomize.rendering import renderer


@pytest.mark.parametrize("name", SNAPSHOTS)
def test_the_output_is_as_it_was_agreed_to(name: str) -> None:
    if PLATFORM in SNAPSHOTS[name] and not renderer():
        pytest.skip("the platform has overlays, and neither kustomize nor kubectl is installed")
    agreed = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    assert printed(name) == agreed, "run `make snapshots` and read what `git diff` says"


def test_the_page_about_sizing_shows_what_is_printed() -> None:
    page = (ROOT / "docs" / "sizing.md").read_text(encoding="utf-8")
    assert f"```text\n{printed('size')}```\n" in page, "copy tests/end_to_end/snapshots/size.txt to docs/sizing.md"


def test_no_snapshot_is_left_over() -> None:
    assert sorted(path.stem for path in FOLDER.iterdir()) == sorted(SNAPSHOTS)
