"""What docs/outputs.md shows is what costlint writes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from costlint.cli import costlint
from costlint.cli.failures import run

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "outputs.md").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def _in_the_readmes_example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    written = re.search(r"```terraform\n(.*?)```", readme, re.DOTALL)
    assert written is not None
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "main.tf").write_text(written[1])
    (tmp_path / "infra" / "terraform.tfvars").write_text('disk_type = "gp2"\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")


def _shown(form: str, language: str) -> str:
    """The block in a language below the heading of a format."""
    part = PAGE.partition(f"\n## {form}\n")[2].partition("\n## ")[0] if form != "markdown" else PAGE
    found = re.search(rf"^(```+){language}\n(.*?)^\1$", part, re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[2]


@pytest.mark.parametrize(
    ("form", "language"),
    [("compact", "text"), ("github", "text"), ("gitlab", "json"), ("junit", "xml"), ("markdown", "markdown")],
)
def test_the_page_shows_what_is_written(form: str, language: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(costlint, ["scan", "infra", "--no-color", "--format", form]) == 0
    assert capsys.readouterr().out == _shown(form, language)


def test_the_part_of_a_sarif_result_is_a_part_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(costlint, ["scan", "infra", "--format", "sarif"]) == 0
    (result,) = json.loads(capsys.readouterr().out)["runs"][0]["results"]
    assert _cut(result, json.loads(_shown("sarif", "json"))) == json.loads(_shown("sarif", "json"))


def _cut(whole: Any, part: Any) -> Any:
    """Of the whole, what the part has, too."""
    if isinstance(part, dict):
        return {key: _cut(whole.get(key), value) for key, value in part.items()}
    if isinstance(part, list):
        return [_cut(one, other) for one, other in zip(whole, part, strict=True)]
    return whole
