from __future__ import annotations

from pathlib import Path

import pytest
from sample_reports import finding, report, span

from costlint.model import Change, Span
from costlint.quoting import with_lines

TEXT = 'resource "aws_ebs_volume" "models" {\r\n\n  type = "gp2" # größer\n}\n'


def quoted(place: Span | None) -> str:
    """The line of a change at the place, in a directory with one main.tf."""
    at = Change("aws_ebs_volume.models", "type", "gp2", "gp3", place)
    (found,) = with_lines(report(finding(changes=(at,)))).findings
    return found.changes[0].line


@pytest.fixture(autouse=True)
def _beside_main_tf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "main.tf").write_bytes(TEXT.encode())
    (tmp_path / "binary.tf").write_bytes(b"\xff\xfe\n\xff")
    (tmp_path / "long.tf").write_text("x" * 100_000)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (span(line=3), '  type = "gp2" # größer'),
        (span(line=1), 'resource "aws_ebs_volume" "models" {'),
        (span(line=99), ""),
        (span(line=0), ""),
        (span(line=1, end_line=3), ""),
        (None, ""),
        (span("missing.tf", line=1), ""),
        (span("binary.tf", line=1), ""),
        (span("long.tf", line=1), ""),
        (span(".", line=1), ""),
    ],
)
def test_a_change_gets_the_line_it_is_on(place: Span | None, line: str) -> None:
    assert quoted(place) == line


def test_accepted_findings_are_quoted_too() -> None:
    (found,) = with_lines(report(suppressed=(finding(suppressed="known"),))).suppressed
    assert found.changes[0].line == '  type = "gp2" # größer'


def test_files_are_asked_for_once() -> None:
    asked: list[str] = []

    def read(file: str) -> str:
        asked.append(file)
        return TEXT

    with_lines(report(*(finding(address=f"aws_ebs_volume.v{n}") for n in range(3))), read)
    assert asked == ["main.tf"]
