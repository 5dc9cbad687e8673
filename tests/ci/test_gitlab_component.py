"""templates/costlint.yml: the component, with the inputs a project gives it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from costlint import __version__

ROOT = Path(__file__).parents[2]
COMPONENT = ROOT / "templates" / "costlint.yml"
SPEC, TEMPLATE = COMPONENT.read_text().split("\n---\n")
INPUTS: dict[str, dict[str, Any]] = yaml.safe_load(SPEC)["spec"]["inputs"]


def filled(**given: str) -> str:
    """The template as GitLab fills it in. Raises KeyError for an input that is not declared."""
    values = {name: str(entry["default"]) for name, entry in INPUTS.items()} | given
    text = re.sub(r"\$\[\[ inputs\.(\w+) \]\]", lambda found: values[found[1]], TEMPLATE)
    return text.replace("True", "true")


@pytest.mark.parametrize("given", [{}, {"job": "costs", "stage": "review", "path": "live modules"}])
def test_it_is_what_gitlab_reads(tmp_path: Path, given: dict[str, str]) -> None:
    (tmp_path / "ci.yml").write_text(filled(**given))
    check = ("-m", "check_jsonschema", "--builtin-schema", "vendor.gitlab-ci")
    done = subprocess.run(
        [sys.executable, *check, str(tmp_path / "ci.yml")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert list(yaml.safe_load(filled(**given))) == [given.get("job", "costlint")]


def test_every_input_is_used_and_described() -> None:
    assert set(re.findall(r"inputs\.(\w+)", TEMPLATE)) == set(INPUTS)
    assert all(entry["description"] for entry in INPUTS.values())


def test_it_installs_this_version_unless_told_otherwise() -> None:
    assert INPUTS["version"]["default"] == __version__


def test_its_script_is_one_bash_reads() -> None:
    (job,) = yaml.safe_load(filled()).values()
    script = "\n".join([*job["before_script"], *job["script"]])
    assert subprocess.run(["bash", "-n", "-c", script], check=False).returncode == 0
