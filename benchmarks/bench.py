"""`make bench`: costlint and checkov on the same Terraform in one run, how time grows with size, and start-up.

costlint is the one beside the Python that runs this: `make bench` installs it from its wheel, where the rules are
indexed, as users have it. checkov runs from its own environment (.venv-checkov), offline, on Terraform only; above
CHECKOV_BYTES it is left out, because it needs minutes for what costlint reads in seconds. Up to there both run in turn,
several times, and the fastest run of each is shown: the one that whatever else the machine does has disturbed least.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import sys
import tempfile
from pathlib import Path

from generate import generate
from measuring import Run, measure

ROOT = Path(__file__).parent.parent
COSTLINT = Path(sys.executable).with_name("costlint")
CHECKOV = ROOT / ".venv-checkov" / "bin" / "checkov"
CHECKOV_BYTES = 1_100_000
CHECKOV_SECONDS = 900.0
RUNS, CHECKOV_RUNS = 5, 2
SIZES = (100_000, 300_000, 1_000_000, 10_000_000)
_SUFFIXES = (".tf", ".tofu", ".tfvars", ".tf.json", ".tfvars.json")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--directory", type=Path, help="measure on this directory instead of generated Terraform")
    parser.add_argument("--no-checkov", action="store_true", help="leave checkov out")
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES, help="bytes to generate")
    given = parser.parse_args()
    print(f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} CPUs, {platform.system()}")
    with_checkov = not given.no_checkov and CHECKOV.exists()
    _warm_up(with_checkov)
    _start_up()
    print(f"\n{'input':>12} {'program':>9} {'wall s':>8} {'CPU s':>8} {'peak MiB':>9} {'MB/s':>7}  notes")
    if given.directory is not None:
        _compare(given.directory, _size(given.directory), with_checkov, None)
        return 0
    before: tuple[int, Run] | None = None
    with tempfile.TemporaryDirectory(prefix="costlint-bench-") as work:
        for size in sorted(given.sizes):
            folder = Path(work) / str(size)
            written = generate(folder, size)
            before = (written, _compare(folder, written, with_checkov and written <= CHECKOV_BYTES, before))
    print("\nexponent: time ∝ size^exponent between two sizes; 1 is linear. checkov runs up to about 1 MB.")
    return 0


def _warm_up(with_checkov: bool) -> None:
    """Both read a small folder once, so that neither is measured while it compiles its modules."""
    with tempfile.TemporaryDirectory(prefix="costlint-bench-") as work:
        generate(Path(work), 5_000)
        measure(_scan(Path(work)))
        if with_checkov:
            measure(_check(Path(work)))


def _scan(folder: Path) -> list[str]:
    return [str(COSTLINT), "scan", str(folder), "--no-config", "--no-color"]


def _check(folder: Path) -> list[str]:
    command = [str(CHECKOV), "--directory", str(folder), "--framework", "terraform"]
    return [*command, "--compact", "--quiet", "--skip-download", "--soft-fail"]


def _start_up() -> None:
    """The two alternate, so that whatever else the machine does disturbs both."""
    version, click = [str(COSTLINT), "--version"], [sys.executable, "-c", "import click"]
    pairs = [(measure(version).wall, measure(click).wall) for _ in range(20)]
    ours, theirs = (min(times) * 1000 for times in zip(*pairs, strict=True))
    print(f"start-up: costlint --version {ours:.0f} ms, import click {theirs:.0f} ms, ratio {ours / theirs:.2f}")


def _compare(folder: Path, size: int, with_checkov: bool, before: tuple[int, Run] | None) -> Run:
    """Both in turn, small inputs several times: of each the fastest run counts, as the least disturbed."""
    times, theirs = RUNS if size <= CHECKOV_BYTES else 1, []
    with tempfile.NamedTemporaryFile("r", suffix=".txt") as report:
        ours = []
        for number in range(times):
            ours.append(measure(_scan(folder), CHECKOV_SECONDS, output=Path(report.name)))
            if with_checkov and number < CHECKOV_RUNS:
                theirs.append(measure(_check(folder), CHECKOV_SECONDS))
        notes = [_resources(report.read())]
    fastest = _told(size, min(ours, key=_wall), notes, before)
    if theirs:
        _held_against(size, min(theirs, key=_wall), fastest)
    return fastest


def _wall(run: Run) -> float:
    return run.wall if run.finished else float("inf")


def _works(run: Run) -> bool:
    return run.finished and run.code in (0, 3)


def _told(size: int, ours: Run, notes: list[str], before: tuple[int, Run] | None) -> Run:
    if not _works(ours):
        notes = [f"failed with exit code {ours.code}"]
    elif before is not None:
        notes.append(f"exponent {_exponent(before, (size, ours)):.2f}")
    _row(size, "costlint", ours, notes)
    return ours


def _held_against(size: int, theirs: Run, ours: Run) -> None:
    ratio = f"costlint is {theirs.wall / ours.wall:.0f}× faster, {theirs.peak / ours.peak:.1f}× smaller"
    if not theirs.finished:
        ratio = f"stopped after {CHECKOV_SECONDS:.0f} s; {ratio} at least"
    _row(size, "checkov", theirs, [ratio] if _works(ours) else [])


def _resources(report: str) -> str:
    found = re.search(r"([\d,]+) resources?", report)
    return found[0] if found else "no resources"


def _row(size: int, program: str, run: Run, notes: list[str]) -> None:
    shown = f"{size / 1e6:.2f} MB"
    speed = size / 1e6 / run.wall
    print(f"{shown:>12} {program:>9} {run.wall:8.2f} {run.cpu:8.2f} {run.peak:9.0f} {speed:7.2f}  {'; '.join(notes)}")
    sys.stdout.flush()


def _exponent(before: tuple[int, Run], now: tuple[int, Run]) -> float:
    from math import log

    return log(now[1].wall / before[1].wall) / log(now[0] / before[0])


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and path.name.endswith(_SUFFIXES))


if __name__ == "__main__":
    sys.exit(main())
