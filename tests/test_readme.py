"""What the README shows is what costlint prints."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from costlint.cli import costlint
from costlint.cli.failures import run

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def _block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", README, re.DOTALL)
    assert found is not None
    return found[1]


def test_the_example_prints_what_the_readme_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "main.tf").write_text(_block("terraform"))
    (tmp_path / "infra" / "terraform.tfvars").write_text('disk_type = "gp2"\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    assert run(costlint, ["scan", "infra", "--no-color"]) == 0
    assert capsys.readouterr().out == _block("text")


def test_every_file_the_readme_links_to_exists() -> None:
    links = re.findall(r"\]\(((?!https?:)[^)]+)\)", README)
    assert links
    assert [link for link in links if not (Path(__file__).parents[1] / link.partition("#")[0]).exists()] == []
