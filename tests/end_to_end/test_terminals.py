"""What reaches a terminal: no control characters from scanned files, lines that fit, any locale."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from command_lines import Run

_ESCAPE, _BIDI = "\x1b[31m", "\u202e"
_PROGRAM = "from costlint.cli import main; main()"


def _hostile(name: str) -> str:
    return (
        f'resource "aws_ebs_volume" "{name}" {{\n  size = 100\n  type = "gp2"\n  for_each = toset(["{name}"])\n'
        f'  tags = {{ "{name}" = "{name}" }}\n}}\nlocals {{\n  a = {name}(\n}}\n'
    )


@pytest.mark.parametrize("name", [_ESCAPE, _BIDI, "\x07\x08\x7f\x9b", "\u2028", "n" * 100_000], ids=ascii)
@pytest.mark.parametrize(
    "command",
    [("scan", "infra", "--all"), ("scan", "infra", "--profile", "audit"), ("explain", "infra/bad.tf:3")],
)
def test_names_cannot_act_on_the_terminal(here: Path, costlint_: Run, name: str, command: tuple[str, ...]) -> None:
    (here / "infra" / "bad.tf").write_text(_hostile(name))
    outcome = costlint_(*command)
    acting = {c for c in outcome.out + outcome.err if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp")}
    assert acting <= {"\n"}
    assert "gp3" in outcome.out


def test_file_names_cannot_act_on_the_terminal(here: Path, costlint_: Run) -> None:
    (here / "infra" / f"{_ESCAPE}{_BIDI}\n.tf").write_text("}\n")
    outcome = costlint_("scan", "infra", "--no-color")
    assert outcome.code == 3
    assert "infra/\\x1b[31m\\u202e\\n.tf:1:1: unexpected" in outcome.out
    assert _ESCAPE not in outcome.out


def test_file_names_that_are_no_text_are_shown_and_reported(here: Path, costlint_: Run) -> None:
    try:
        Path(os.fsdecode(b"infra/caf\xe9.tf")).write_text("}\n")
    except OSError:
        pytest.skip("this file system has names in UTF-8 only")
    assert costlint_("scan", "infra", "--format", "json").told[0].startswith("error infra/caf")
    assert "infra/caf\\udce9.tf:1:1" in costlint_("scan", "infra").out


@pytest.mark.parametrize("columns", [40, 60, 80, 120])
def test_lines_fit_the_terminal(here: Path, costlint_: Run, monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    (here / "infra" / "bad.tf").write_text(_hostile("a_rather_long_name_" * 10))
    monkeypatch.setenv("COLUMNS", str(columns))
    for command in (("scan", "infra", "--all"), ("rules", "list"), ("practices",)):
        assert max(map(len, costlint_(*command).out.splitlines())) <= columns


@pytest.mark.parametrize("columns", ["1", "0", "-5", "abc", "100000"])
def test_an_absurd_width_is_no_trouble(
    here: Path, costlint_: Run, monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    outcome = costlint_("scan", "infra")
    assert (outcome.code, outcome.err) == (0, "")


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({}, False), ({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False)],
)
def test_colour_is_for_those_who_want_it(
    here: Path, costlint_: Run, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], coloured: bool
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in costlint_("scan", "infra").out) is coloured
    assert "\x1b[" in costlint_("scan", "infra", "--color").out
    assert "\x1b[" not in costlint_("scan", "infra", "--no-color").out


@pytest.mark.parametrize(
    "environment",
    [
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LC_ALL": "POSIX", "PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "latin-1"},
        {"PYTHONWARNINGS": "error"},
    ],
)
@pytest.mark.parametrize("form", ["text", "json"])
def test_any_locale_will_do(here: Path, environment: dict[str, str], form: str) -> None:
    (here / "infra" / "é.tf").write_text("locals {\n  é = \n}\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, "scan", "infra", "--format", form],
        cwd=here,
        env={**os.environ, **environment},
        capture_output=True,
    )
    assert (done.returncode, done.stderr) == (3, b"")
    assert b"STO001" in done.stdout
    assert re.search(rb"good\.tf", done.stdout)


def test_a_pipe_nobody_told_a_width_of_loses_nothing(
    here: Path, costlint_: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "a_rather_long_name_" * 10
    (here / "infra" / "bad.tf").write_text(
        f'resource "aws_ebs_volume" "{name}" {{\n  size = 1000\n  type = "gp2"\n}}\n'
    )
    monkeypatch.setenv("COLUMNS", "80")
    for command in (("scan", "infra", "--all", "--min-saving", "0"), ("estimate", "infra", "--all"), ("rules", "list")):
        assert "…" in costlint_(*command).out
        monkeypatch.delenv("COLUMNS")
        told = costlint_(*command).out
        monkeypatch.setenv("COLUMNS", "80")
        assert "…" not in told
        assert f"aws_ebs_volume.{name}" in told or command[0] == "rules"
    costlint_("scan", "infra", "--all", "--min-saving", "0", "--output", "report.txt")
    monkeypatch.delenv("COLUMNS")
    costlint_("scan", "infra", "--all", "--min-saving", "0", "--output", "whole.txt")
    assert "…" in Path("report.txt").read_text(encoding="utf-8")
    assert "…" not in Path("whole.txt").read_text(encoding="utf-8")
