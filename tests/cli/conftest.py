from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sample_reports import report

from costlint.cli import costlint
from costlint.cli.failures import run
from costlint.model import Report


class Outcome(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def run_costlint(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., Outcome]:
    """Runs a command line in an empty directory, as a pipe would see it."""
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: str) -> Outcome:
        code = run(costlint, list(arguments))
        return Outcome(code, *capsys.readouterr())

    return invoke


class FakePipeline:
    """Stands in for the pipeline: gives one report, or raises, and remembers what it was called with."""

    def __init__(self) -> None:
        self.report: Report = report()
        self.error: BaseException | None = None
        self.calls: list[tuple[tuple[str, ...], Any]] = []

    def __call__(self, paths: Any, config: Any, quiet: bool = False) -> Report:
        self.calls.append((tuple(paths), config))
        if self.error is not None:
            raise self.error
        return self.report


@pytest.fixture
def pipeline(monkeypatch: pytest.MonkeyPatch) -> FakePipeline:
    fake = FakePipeline()
    monkeypatch.setattr("costlint.cli.running.scan", fake)
    return fake
