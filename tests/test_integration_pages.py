"""The pages about hooks, CI and air gaps say what is so: commands are understood, files are those written."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml

from costlint import __version__
from costlint.cli import costlint
from costlint.integrating import KINDS
from costlint.integrating.plans import snippet

DOCS = Path(__file__).parents[1] / "docs"
PAGES = {
    "pre-commit.md": "",
    "github-actions.md": "github",
    "gitlab-ci.md": "gitlab",
    "azure-pipelines.md": "azure",
    "bitbucket.md": "bitbucket",
    "atlantis.md": "atlantis",
    "docker.md": "",
    "air-gapped.md": "",
}
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)
_INDENTED = re.compile(r"^    (\S.*)$", re.MULTILINE)
_INLINE = re.compile(r"`(costlint [^`]+)`")
_COMMAND = re.compile(r"(?<![\w/'\"@[-])costlint(?::[\d.]+)? ([a-z]+\b[^|;>&\n]*)")


def _code(page: str) -> Iterator[str]:
    text = (DOCS / page).read_text(encoding="utf-8")
    yield from (body for kind, body in _BLOCK.findall(text) if kind != "text")
    prose = _BLOCK.sub("", text)
    yield from _INDENTED.findall(prose)
    yield from _INLINE.findall(prose)


def _commands(page: str) -> list[str]:
    found = [line.strip() for code in _code(page) for line in _COMMAND.findall(re.sub(r"(?m)^\s*#.*$", "", code))]
    return [re.sub(r"'\s*$", "", line) if line.count("'") % 2 else line for line in found]


def _parse(line: str) -> None:
    """Raises click's UsageError. That something is missing is no mistake of a page: prose names commands, too."""
    command: click.Command = costlint
    context = click.Context(costlint)
    words = shlex.split(line)
    while isinstance(command, click.Group):
        name = words.pop(0)
        found = command.get_command(context, name)
        if found is None:
            raise click.UsageError(f"no command {name}")
        command = found
        if not words and isinstance(command, click.Group):
            return
    try:
        command.make_context(line, words)
    except click.MissingParameter:
        return


@pytest.mark.parametrize("page", PAGES)
def test_every_command_line_of_a_page_is_understood(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("infra", "deploy"):
        (tmp_path / name).mkdir()
    (tmp_path / "costlint-prices.zip").touch()
    commands = _commands(page)
    assert commands
    for line in commands:
        try:
            _parse(line)
        except click.UsageError as error:
            pytest.fail(f"{page}: costlint {line}: {error.format_message()}")


@pytest.mark.parametrize("line", ["scan --fial-on high", "prices improt x", "comment gitea", "nothing"])
def test_a_command_line_with_a_mistake_is_found(line: str) -> None:
    with pytest.raises(click.UsageError):
        _parse(line)


@pytest.mark.parametrize(("page", "kind"), [(page, kind) for page, kind in PAGES.items() if kind])
def test_a_page_shows_what_costlint_init_writes(page: str, kind: str) -> None:
    assert f"```yaml\n{snippet(KINDS[kind].snippet)}```" in (DOCS / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_every_yaml_of_a_page_is_yaml(page: str) -> None:
    for kind, body in _BLOCK.findall((DOCS / page).read_text(encoding="utf-8")):
        if kind == "yaml":
            assert yaml.safe_load(body) is not None


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_this_version_and_no_other(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    named = re.findall(r"costlint(?:\[helm\])?(?:==|@v|:)(\d[\d.]*\d)|rev: v(\S+)", text)
    assert {version for pair in named for version in pair if version} <= {__version__}


@pytest.mark.parametrize(
    ("page", "what"), [("github-actions.md", "action.yml"), ("gitlab-ci.md", "templates/costlint.yml")]
)
def test_every_input_is_in_the_table(page: str, what: str) -> None:
    documents = list(yaml.safe_load_all((DOCS.parent / what).read_text(encoding="utf-8")))
    inputs = documents[0].get("inputs") or documents[0]["spec"]["inputs"]
    rows = re.findall(r"(?m)^\| (`.+?`) \|", (DOCS / page).read_text(encoding="utf-8"))
    assert set(inputs) <= {name for row in rows for name in re.findall(r"`([^`]+)`", row)}
