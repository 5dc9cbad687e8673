from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from costlint.policy import RuleError
from costlint.sources import SourceError

Run = Callable[..., Any]


def test_an_unexpected_error_is_one_sentence_and_how_to_report_it(run_costlint: Run, pipeline: Any) -> None:
    pipeline.error = ZeroDivisionError("division by zero\nand more")
    outcome = run_costlint("scan", ".")
    assert outcome.code == 70
    assert outcome.err.splitlines()[0] == "costlint: unexpected ZeroDivisionError: division by zero"
    assert "--debug" in outcome.err
    assert "Traceback" not in outcome.err


@pytest.mark.parametrize("arguments", [("--debug", "scan", "."), ("scan", ".", "--debug")])
def test_debug_shows_the_traceback(run_costlint: Run, pipeline: Any, arguments: tuple[str, ...]) -> None:
    pipeline.error = ZeroDivisionError("division by zero")
    assert "Traceback" in run_costlint(*arguments).err


@pytest.mark.parametrize(
    ("error", "code"), [(SourceError("a.tf is a link that leads outside"), 3), (RuleError("rules/x.yaml: no id"), 2)]
)
def test_exceptions_that_speak_in_sentences_are_said_as_they_are(
    run_costlint: Run, pipeline: Any, error: Exception, code: int
) -> None:
    pipeline.error = error
    outcome = run_costlint("scan", ".")
    assert outcome.code == code
    assert outcome.err == f"costlint: {error}\n"


def test_an_interruption_is_130(run_costlint: Run, pipeline: Any) -> None:
    pipeline.error = KeyboardInterrupt()
    outcome = run_costlint("scan", ".")
    assert (outcome.code, outcome.err) == (130, "costlint: interrupted\n")


def test_a_reader_that_went_away_is_no_error() -> None:
    import subprocess
    import sys

    program = "import sys; from costlint.cli import main; sys.argv[1:] = ['config', 'schema', 'report']; main()"
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        errors = process.stderr.read()
    assert (process.returncode, errors) == (141, b"")
