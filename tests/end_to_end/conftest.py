from __future__ import annotations

from pathlib import Path

import pytest
from command_lines import Outcome, Run
from sample_terraform import GP2_VOLUME

from costlint.cli import costlint
from costlint.cli.failures import run


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current directory, with one good file in `infra`."""
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "good.tf").write_text(GP2_VOLUME)
    return tmp_path


@pytest.fixture
def costlint_(here: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command line over the real pipeline."""

    def invoke(*arguments: str) -> Outcome:
        code = run(costlint, list(arguments))
        return Outcome(code, *capsys.readouterr())

    return invoke
