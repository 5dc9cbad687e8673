"""Several reports from one run: where each goes, and what is refused."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sample_reports import finding, report, span

from costlint.cli.destinations import destinations
from costlint.model import Diagnostic
from costlint.reports.formats import FORMATS

Run = Callable[..., Any]
NAMES = tuple(FORMATS)


@pytest.fixture(autouse=True)
def _no_github(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)


@pytest.mark.parametrize(
    ("form", "outputs", "expected"),
    [
        (None, (), [("text", None)]),
        ("json", (), [("json", None)]),
        (None, ("out.txt",), [("text", "out.txt")]),
        ("json", ("out.json",), [("json", "out.json")]),
        (None, ("sarif=out.sarif",), [("sarif", "out.sarif")]),
        (None, ("sarif=out.sarif", "text"), [("sarif", "out.sarif"), ("text", None)]),
        (None, ("text=-", "json=a=b.json"), [("text", None), ("json", "a=b.json")]),
        ("json", ("sarif=out.sarif",), [("json", None), ("sarif", "out.sarif")]),
        (None, ("-",), [("text", None)]),
        (None, ("./sarif",), [("text", "./sarif")]),
        (None, ("./odd=name.txt",), [("text", "./odd=name.txt")]),
        (None, ("github-summary=s.md",), [("github-summary", "s.md")]),
    ],
)
def test_what_is_written_where(
    form: str | None, outputs: tuple[str, ...], expected: list[tuple[str, str | None]]
) -> None:
    assert [(each.form, each.path) for each in destinations(form, outputs, NAMES)] == expected


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["-o", "text", "-o", "json"], "text and json would both go to standard output; give one of them a file"),
        (["--format", "json", "-o", "sarif=a.sarif", "-o", "text"], "json and text would both go to standard output"),
        (["-o", "sarf=a.sarif"], 'there is no format "sarf"; did you mean "sarif"? (a file of that name is ./sarf=a'),
        (["-o", "xml=a.xml"], 'there is no format "xml"; there are text, compact, json'),
        (["-o", "sarif="], "--output sarif= names no file; sarif alone writes to standard output"),
        (["-o", "github-summary"], "GITHUB_STEP_SUMMARY is not set, so this is no job of GitHub; name a file"),
        (["-o", "sarif=no/such/a.sarif"], "cannot write no/such/a.sarif: there is no directory no/such; make it first"),
    ],
)
def test_what_cannot_be_meant_is_a_sentence_before_anything_is_scanned(
    run_costlint: Run, pipeline: Any, arguments: list[str], sentence: str
) -> None:
    outcome = run_costlint("scan", ".", *arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert sentence in outcome.err
    assert pipeline.calls == []


def test_two_reports_in_one_file_are_refused(run_costlint: Run, pipeline: Any, tmp_path: Path) -> None:
    (tmp_path / "a.out").touch()
    (tmp_path / "b.out").symlink_to("a.out")
    outcome = run_costlint("scan", ".", "-o", "sarif=a.out", "-o", "json=b.out")
    assert outcome.code == 2
    assert "two reports would be written to b.out" in outcome.err


def test_several_reports_come_from_one_run(run_costlint: Run, pipeline: Any, tmp_path: Path) -> None:
    pipeline.report = report(finding())
    files = {name: f"{name}.out" for name in NAMES}
    arguments = [part for name, file in files.items() for part in ("-o", f"{name}={file}")]
    outcome = run_costlint("scan", ".", *arguments, "--format", "text")
    assert outcome.code == 0
    assert outcome.out.startswith("$1,000/month as written")
    assert len(pipeline.calls) == 1
    assert all((tmp_path / file).stat().st_size for file in files.values())
    assert json.loads((tmp_path / "sarif.out").read_text())["version"] == "2.1.0"


def test_lines_that_are_to_be_edited_are_read(run_costlint: Run, pipeline: Any, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('resource "aws_ebs_volume" "models" {\n\n  type = "gp2"\n}\n')
    pipeline.report = report(finding())
    run_costlint("scan", ".", "-o", "sarif=a.sarif", "-o", "json=a.json")
    (result,) = json.loads((tmp_path / "a.sarif").read_text())["runs"][0]["results"]
    assert result["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"] == {"text": '"gp3"'}
    (change,) = json.loads((tmp_path / "a.json").read_text())["findings"][0]["change"]
    assert (change["text"], change["edited"]) == ('  type = "gp2"', '  type = "gp3"')


@pytest.mark.parametrize(
    ("given", "without"),
    [
        ({"findings": (finding(),)}, 1),
        ({"diagnostics": (Diagnostic("error", "expected }", "a.tf", 7, 2),)}, 3),
        ({"stacks": ()}, 4),
    ],
)
def test_a_run_may_end_with_0_once_its_report_is_written(
    run_costlint: Run, pipeline: Any, given: dict[str, Any], without: int
) -> None:
    pipeline.report = report(*given.pop("findings", ()), **given)
    assert run_costlint("scan", ".", "--fail-on", "low").code == without
    assert run_costlint("scan", ".", "--fail-on", "low", "--exit-zero").code == 0


def test_mistakes_end_with_2_all_the_same(run_costlint: Run, pipeline: Any) -> None:
    assert run_costlint("scan", ".", "--exit-zero", "--fail-on", "everything").code == 2


def test_the_summary_is_added_to_what_the_step_has_written(
    run_costlint: Run, pipeline: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = tmp_path / "summary"
    summary.write_text("# plan\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    assert run_costlint("scan", ".", "-o", "github-summary").out == ""
    assert run_costlint("scan", ".", "-o", f"github-summary={summary}").code == 0
    assert summary.read_text().startswith("# plan\n### Nothing to save found")
    assert summary.read_text().count("###") == 2


def test_a_file_is_replaced_in_one_step_and_keeps_its_rights(run_costlint: Run, pipeline: Any, tmp_path: Path) -> None:
    old = tmp_path / "a.json"
    old.write_text("old")
    old.chmod(0o640)
    with old.open() as reader:
        assert run_costlint("scan", ".", "-o", "json=a.json").code == 0
        assert reader.read() == "old"
    assert json.loads(old.read_text())["version"] == 1
    assert stat.S_IMODE(old.stat().st_mode) == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_a_new_file_has_the_rights_of_any_other(run_costlint: Run, pipeline: Any, tmp_path: Path) -> None:
    (tmp_path / "usual").touch()
    run_costlint("scan", ".", "-o", "json=a.json")
    assert (tmp_path / "a.json").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_a_link_stays_a_link_to_the_report(run_costlint: Run, pipeline: Any, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "a.json").symlink_to("out/real.json")
    assert run_costlint("scan", ".", "-o", "json=a.json").code == 0
    assert (tmp_path / "a.json").is_symlink()
    assert json.loads((tmp_path / "out" / "real.json").read_text())["version"] == 1


def test_what_is_no_file_is_written_to_as_it_is(run_costlint: Run, pipeline: Any) -> None:
    assert run_costlint("scan", ".", "-o", f"json={os.devnull}", "-o", f"sarif={os.devnull}").code == 0
    assert not Path(os.devnull).is_file()


def test_a_directory_is_no_file_to_write(run_costlint: Run, pipeline: Any, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    outcome = run_costlint("scan", ".", "-o", "json=out")
    assert (outcome.code, outcome.err) == (2, "costlint: cannot write out: Is a directory\n")


def test_nothing_is_left_of_a_report_that_cannot_be_written(
    run_costlint: Run, pipeline: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    outcome = run_costlint("scan", ".", "-o", "json=a.json")
    assert (outcome.code, outcome.err) == (2, "costlint: cannot write a.json: No space left on device\n")
    assert list(tmp_path.iterdir()) == []


def test_colours_stay_on_the_terminal(run_costlint: Run, pipeline: Any, tmp_path: Path) -> None:
    pipeline.report = report(finding(span=span()))
    outcome = run_costlint("scan", ".", "--color", "-o", "compact", "-o", "markdown=a.md")
    assert "\x1b[" in outcome.out
    assert "\x1b[" not in (tmp_path / "a.md").read_text()


@pytest.mark.parametrize(
    ("typed", "proposed"),
    [("sa", ["plain,sarif"]), ("git", ["plain,github-sarif", "plain,github", "plain,github-summary", "plain,gitlab"])],
)
def test_completion_proposes_formats(typed: str, proposed: list[str]) -> None:
    program = "import sys; from costlint.cli import main; main()"
    environment = {"_COSTLINT_COMPLETE": "bash_complete", "COMP_WORDS": f"costlint scan -o {typed}", "COMP_CWORD": "3"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)
    assert sorted(done.stdout.split()) == sorted(proposed)


def test_a_writer_is_imported_only_for_its_format() -> None:
    program = (
        "import sys, costlint.cli.scan\n"
        "heavy = ('jinja2', 'xml.etree.ElementTree', 'costlint.reports.sarif', 'costlint.model', 'msgspec')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_an_estimate_goes_to_several_places_too(run_costlint: Run, tmp_path: Path) -> None:
    disk = 'resource "aws_ebs_volume" "a" {\n  availability_zone = "us-east-1a"\n  size = 10\n}\n'
    (tmp_path / "main.tf").write_text(disk)
    outcome = run_costlint("estimate", ".", "-o", "text", "-o", "json=e.json", "-o", "html=e.html")
    assert outcome.code == 0
    assert "aws_ebs_volume.a" in outcome.out
    assert json.loads((tmp_path / "e.json").read_text())["version"] == 1
    assert "<!doctype html>" in (tmp_path / "e.html").read_text()
    assert "there is no format" in run_costlint("estimate", ".", "-o", "sarif=e.sarif").err


def test_every_format_is_described() -> None:
    page = (Path(__file__).parents[2] / "docs" / "outputs.md").read_text(encoding="utf-8")
    assert [name for name in NAMES if f"\n## {name}\n" not in page and f"`{name}`" not in page] == []
