"""What users install holds everything costlint needs to run."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """Built offline, in this environment."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return zipfile.ZipFile(built)


def _below(folder: str, suffix: str) -> set[str]:
    return {path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob(f"*{suffix}")}


def test_the_wheel_holds_every_module_and_data_file(wheel: zipfile.ZipFile) -> None:
    wanted = (
        _below("costlint", ".py")
        | _below("costlint/catalog/data", ".csv")
        | _below("costlint/catalog/data", ".tf")
        | _below("costlint/catalog/data", ".txt")
        | {name for kind in (".yml", ".yaml") for name in _below("costlint/integrating/snippets", kind)}
        | {name for kind in (".j2", ".css", ".js") for name in _below("costlint/reports/html", kind)}
    )
    assert len(wanted) > 50
    assert wanted - set(wheel.namelist()) == set()


def test_the_wheel_holds_every_rule_and_their_index(wheel: zipfile.ZipFile) -> None:
    rules = _below("rules", ".yaml")
    names = set(wheel.namelist())
    assert rules
    assert {f"costlint/_{rule}" for rule in rules} - names == set()
    assert wheel.getinfo("costlint/_rules/index.msgpack").file_size > 0


def test_the_wheel_declares_the_command_and_the_licence(wheel: zipfile.ZipFile) -> None:
    (entry_points,) = [name for name in wheel.namelist() if name.endswith("entry_points.txt")]
    assert "costlint = costlint.cli:main" in wheel.read(entry_points).decode()
    assert any(name.endswith("licenses/LICENSE") for name in wheel.namelist())


def test_building_leaves_nothing_in_the_source_tree(wheel: zipfile.ZipFile) -> None:
    assert not (ROOT / "costlint" / "_rules").exists()
