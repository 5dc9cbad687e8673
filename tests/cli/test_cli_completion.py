"""What a shell is offered behind `costlint`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.shell_completion import BashComplete, CompletionItem, ShellComplete

from costlint.cli import costlint

Run = Callable[..., Any]


def offered(typed: str, *before: str) -> list[CompletionItem]:
    return ShellComplete(costlint, {}, "costlint", "_COSTLINT_COMPLETE").get_completions(list(before), typed)


@pytest.mark.parametrize(
    "before",
    [("explain",), ("rules", "show"), ("scan", "--select"), ("scan", ".", "--ignore"), ("rules", "list", "--select")],
)
def test_ids_of_rules_complete_in_either_case(before: tuple[str, ...]) -> None:
    for typed in ("STO00", "sto00"):
        rules = [item for item in offered(typed, *before) if item.type != "file"]
        assert [item.value for item in rules][:2] == ["STO001", "STO002"]
        assert rules[0].help == "gp2 volume where gp3 costs less"


def test_names_of_rules_complete_as_well() -> None:
    assert [item.value for item in offered("gp2-v", "rules", "show")] == ["gp2-volume"]


def test_rules_of_ones_own_complete(tmp_path: Path) -> None:
    rule = (Path(__file__).parents[2] / "rules" / "storage" / "STO001-gp2-volume.yaml").read_text(encoding="utf-8")
    (tmp_path / "own.yaml").write_text(rule.replace("STO001", "ACME001").replace("gp2-volume", "acme-volume"))
    found = offered("ACME", "rules", "show", "--rules", str(tmp_path))
    assert [item.value for item in found] == ["ACME001"]


def test_a_place_completes_by_the_files_of_the_shell() -> None:
    assert [item.type for item in offered("envs/prod/te", "explain")] == ["file"]
    assert [item.type for item in offered("", "explain")] == ["file"]
    first, *rules = offered("NET", "explain")
    assert first.type == "file"
    assert {item.type for item in rules} == {"plain"}


@pytest.mark.parametrize(
    "before",
    [
        ("scan", "--config"),
        ("scan", "--var-file"),
        ("scan", "--usage-file"),
        ("estimate", "--prices"),
        ("explain", "--in"),
        ("size", "--from"),
        ("scan",),
    ],
)
def test_what_names_a_file_completes_by_the_files_of_the_shell(before: tuple[str, ...]) -> None:
    assert [item.type for item in offered("env", *before)] == ["file"]


def test_a_configuration_that_is_broken_completes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".costlint.yaml").write_text("select: {")
    monkeypatch.chdir(tmp_path)
    assert offered("STO", "rules", "show") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_has_a_script(run_costlint: Run, shell: str) -> None:
    told = run_costlint("completion", shell)
    assert told.code == 0
    assert "_COSTLINT_COMPLETE" in told.out


def test_bash_is_answered_as_its_script_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMP_WORDS", "costlint rules show STO001")
    monkeypatch.setenv("COMP_CWORD", "3")
    assert BashComplete(costlint, {}, "costlint", "_COSTLINT_COMPLETE").complete() == "plain,STO001"
