"""The Dockerfile: what it copies is enough, what it runs as is nobody special, and what it holds is no secret."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).parents[2]
LINES = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text()).splitlines()
COPIED = [name for line in LINES if line.startswith("COPY") for name in line.split()[1:-1]]


def test_what_is_copied_is_enough_to_build_the_wheel(tmp_path: Path) -> None:
    source = tmp_path / "src"
    source.mkdir()
    for name in COPIED:
        place = ROOT / name
        if place.is_dir():
            shutil.copytree(place, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(place, source / name)
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    assert [path.name.partition("-")[0] for path in tmp_path.glob("*.whl")] == ["costlint"]


def test_only_what_is_copied_is_sent_to_the_builder() -> None:
    first, *rest = (ROOT / ".dockerignore").read_text().splitlines()
    assert first == "*"
    assert sorted(line[1:] for line in rest if line.startswith("!")) == sorted(COPIED)
    assert not any(fnmatch(".git/config", line[1:]) for line in rest if line.startswith("!"))


def test_it_runs_as_nobody_special_and_starts_costlint() -> None:
    final = LINES[max(number for number, line in enumerate(LINES) if line.startswith("FROM")) :]
    instructions = {line.split()[0]: line for line in final if line and not line.startswith((" ", "#"))}
    assert instructions["USER"] == "USER 10001:10001"
    assert instructions["ENTRYPOINT"] == 'ENTRYPOINT ["costlint"]'
    assert list(instructions).index("USER") > list(instructions).index("RUN")


def test_packages_come_from_the_wheels_that_were_built_and_from_nowhere_else() -> None:
    (install,) = [line for line in LINES if "pip install" in line]
    assert "--no-index --find-links /wheels" in install
    assert not [line for line in LINES if line.startswith(("ADD", "ARG")) and ("http" in line or "TOKEN" in line)]


def test_every_command_of_it_is_one_a_shell_reads() -> None:
    runs = [re.sub(r"^RUN (--\S+ +)*", "", line) for line in LINES if line.startswith("RUN")]
    assert len(runs) == 3
    for run in runs:
        assert subprocess.run(["sh", "-n", "-c", run], check=False).returncode == 0
