"""What every verb has in common: help, start-up, completion."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from costlint import __version__
from costlint.cli import _VERBS

Run = Callable[..., Any]

_COMMANDS = [
    *[(verb,) for verb in _VERBS],
    ("rules", "list"),
    ("rules", "show"),
    ("rules", "test"),
    ("config", "show"),
    ("config", "schema"),
]


@pytest.mark.parametrize("command", _COMMANDS, ids=" ".join)
def test_every_verb_explains_itself_with_an_example(run_costlint: Run, command: tuple[str, ...]) -> None:
    outcome = run_costlint(*command, "--help")
    assert outcome.code == 0
    assert f"\n    costlint {command[0]}" in outcome.out


def test_the_version_is_that_of_the_package(run_costlint: Run) -> None:
    assert run_costlint("--version").out == f"costlint {__version__}\n"


def test_the_package_runs_as_a_module() -> None:
    done = subprocess.run([sys.executable, "-m", "costlint", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"costlint {__version__}\n"


def test_asking_for_the_version_imports_no_verb_and_nothing_heavy() -> None:
    program = (
        "import sys; sys.argv[1:] = ['--version']\n"
        "from costlint.cli import main\n"
        "try: main()\n"
        "except SystemExit: print(*sorted(sys.modules))"
    )
    modules = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert "costlint.cli.failures" in modules
    heavy = {"msgspec", "yaml", "jinja2", "tree_sitter", "costlint.config", "costlint.model", "costlint.cli.scan"}
    assert heavy & set(modules) == set()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_call_costlint(run_costlint: Run, shell: str) -> None:
    outcome = run_costlint("completion", shell)
    assert outcome.code == 0
    assert "_COSTLINT_COMPLETE" in outcome.out


def test_completion_proposes_the_verbs() -> None:
    program = "import sys; from costlint.cli import main; main()"
    environment = {"_COSTLINT_COMPLETE": "bash_complete", "COMP_WORDS": "costlint ex", "COMP_CWORD": "1"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "plain,explain"


@pytest.mark.parametrize("which", ["config", "report"])
def test_schemas_are_printed(run_costlint: Run, which: str) -> None:
    assert '"$schema"' in run_costlint("config", "schema", which).out


def test_the_configuration_in_effect_is_shown_with_its_file(run_costlint: Run, tmp_path: Any) -> None:
    (tmp_path / ".costlint.yaml").write_text("budget: 12")
    out = run_costlint("config", "show").out
    assert '"budget": 12' in out
    assert '"file": ".costlint.yaml"' in out


@pytest.mark.parametrize("group", ["prices", "models", "rules", "config", "baseline", "modules", "charts", "usage"])
def test_the_help_of_a_group_cuts_no_description(run_costlint: Run, group: str) -> None:
    told = run_costlint(group, "--help")
    assert told.code == 0
    assert "..." not in told.out.partition("Commands:")[2]


def test_a_verb_of_a_group_that_is_not_there_is_asked_about(run_costlint: Run) -> None:
    told = run_costlint("prices", "comapre")
    assert told.code == 2
    assert 'costlint prices has no "comapre"; did you mean "compare"?' in told.err
    assert "; it has " in run_costlint("models", "xyz").err
