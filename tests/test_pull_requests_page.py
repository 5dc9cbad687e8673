"""What docs/pull-requests.md shows is what is written, and what it says of workflows holds."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import yaml
from git_repositories import Repository

from costlint.cli import costlint
from costlint.cli.failures import run
from costlint.reports import limits

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "pull-requests.md"
_LINK = re.compile(r"\[(`[^`]+`)\]\(https://github\.com/[^)]+\)")


def blocks(language: str) -> list[str]:
    found = re.findall(rf"^(```+){language}\n(.*?)^\1$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    return [text for _, text in found]


def changed(root: Path) -> None:
    """Make the change the page shows. Fails if a line it takes out is not there once."""
    (patch,) = blocks("diff")[:1]
    file, before = root, ""
    for row in patch.splitlines():
        if row.startswith("--- a/"):
            file = root / row.removeprefix("--- a/")
        elif row.startswith("-"):
            before = row[1:]
        else:
            text = file.read_text()
            place = text.index(before + "\n", text.index("gpu = {") if "desired_size" in before else 0)
            file.write_text(text[:place] + row[1:] + text[place + len(before) :])


def test_the_page_shows_what_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("GITHUB_SERVER_URL", "GITHUB_API_URL", "GITHUB_EVENT_PATH"):
        monkeypatch.delenv(name, raising=False)
    shutil.copytree(ROOT / "fixtures" / "llm-platform", tmp_path / "platform")
    repository = Repository(tmp_path / "platform")
    repository.commit()
    changed(repository.root)
    repository.write({".costlint.yaml": blocks("yaml")[0]})
    monkeypatch.chdir(repository.root)
    arguments = ("--repo", "acme/platform", "--commit", "c0ffee0", "--as-of", "2026-11-22", "--exit-zero")
    assert run(costlint, ["comment", "github", "--base", "main", "--dry-run", *arguments]) == 0
    written = _LINK.sub(r"\1", capsys.readouterr().out)
    assert blocks("markdown") == [re.sub(r"main \([0-9a-f]{8}\)", "main (957a8ee1)", written)]


def test_the_limits_it_names_are_those_that_hold() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for limit in (limits.GITHUB_COMMENT, limits.GITLAB_COMMENT, limits.AZURE_COMMENT, limits.BITBUCKET_COMMENT):
        assert f"{limit:,}" in text
    assert f"less than\n${limits.QUIET_BELOW:g} a month" in text
    assert f"at most {limits.LARGEST_COMPARISON >> 20} MB" in text


def test_the_job_that_comments_for_forks_runs_nothing_of_them() -> None:
    compare, comment = (yaml.safe_load(text) for text in blocks("yaml")[1:])
    assert compare["permissions"] == {"contents": "read"}
    assert "pull-requests" in comment["permissions"]
    assert [step["with"] for step in comment["jobs"]["comment"]["steps"] if "checkout" in step.get("uses", "")] == [
        {"persist-credentials": False}
    ]
    ((name,),) = (
        [step["with"]["name"] for step in job["steps"] if "artifact" in step.get("uses", "")]
        for job in (*compare["jobs"].values(),)
    )
    assert name in str(comment)
    assert compare["name"] in comment[True]["workflow_run"]["workflows"]
