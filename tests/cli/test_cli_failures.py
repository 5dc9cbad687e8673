from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
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


@pytest.mark.parametrize("verb", ["size", "explain"])
def test_a_name_no_file_can_have_is_said(run_costlint: Run, verb: str) -> None:
    outcome = run_costlint(verb, "x" * 5000)
    assert outcome.code == 2
    assert outcome.err == f"costlint: no file can be called that: {'x' * 60}…\n"


def test_an_interruption_is_130(run_costlint: Run, pipeline: Any) -> None:
    pipeline.error = KeyboardInterrupt()
    outcome = run_costlint("scan", ".")
    assert (outcome.code, outcome.err) == (130, "costlint: interrupted\n")


def shell(command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Runs a command line in a shell; `costlint` stands for this one."""
    here = f"{shlex.quote(sys.executable)} -c 'from costlint.cli import main; main()'"
    return subprocess.run(["sh", "-c", command.replace("costlint", here)], cwd=cwd, capture_output=True, text=True)


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
def test_a_closed_stream_is_no_error(tmp_path: Path, closed: str) -> None:
    (tmp_path / "main.tf").write_text('resource "aws_eip" "a" {\n  bad =\n}\n')
    done = shell(f"costlint scan . {closed}", tmp_path)
    assert (done.returncode, done.stderr) == (3, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_report_that_does_not_fit_is_a_sentence(tmp_path: Path) -> None:
    done = shell("costlint config schema > /dev/full", tmp_path)
    assert (done.returncode, done.stderr) == (2, "costlint: cannot write the report: No space left on device\n")


def test_a_directory_that_is_gone_is_a_sentence(tmp_path: Path) -> None:
    done = shell("mkdir gone && cd gone && rmdir ../gone && costlint scan .", tmp_path)
    assert (done.returncode, done.stderr) == (2, "costlint: the current directory is gone; change to another one\n")


@pytest.mark.parametrize("arguments", [(), ("rules",), ("config",)])
def test_nothing_to_do_shows_the_help(run_costlint: Run, arguments: tuple[str, ...]) -> None:
    outcome = run_costlint(*arguments)
    assert (outcome.out + outcome.err).startswith("Usage: costlint")


def test_a_reader_that_went_away_is_no_error() -> None:
    program = "import sys; from costlint.cli import main; sys.argv[1:] = ['config', 'schema', 'report']; main()"
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        errors = process.stderr.read()
    assert (process.returncode, errors) == (141, b"")
