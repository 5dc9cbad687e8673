"""What a user reads on the example platform, kept word for word beside this file. `make snapshots` writes it anew."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path

from costlint.cli import costlint
from costlint.cli.failures import run

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent / "snapshots"
PLATFORM = "fixtures/llm-platform"
_FIXED = ("--as-of", "2026-11-22", "--no-config", "--no-color")
_PRICES = ("--no-config", "--no-user-prices", "--no-color")
_ENVIRONMENT = {"COLUMNS": "110", "NO_COLOR": "1"}

SNAPSHOTS: dict[str, tuple[str, ...]] = {
    "scan": ("scan", PLATFORM, *_FIXED),
    "scan-all": ("scan", PLATFORM, "--all", *_FIXED),
    "scan-audit": ("scan", PLATFORM, "--all", "--profile", "audit", *_FIXED),
    "scan-quiet": ("scan", f"{PLATFORM}/envs/dev", "--quiet", "--min-saving", "50", *_FIXED),
    "explain-place": ("explain", f"{PLATFORM}/envs/prod/terraform.tfvars:71", *_FIXED),
    "explain-module": ("explain", f"{PLATFORM}/modules/database/main.tf:14", *_FIXED),
    "explain-rule": ("explain", "STO001", "--no-config", "--no-color"),
    "size": (
        *("size", "--model", "meta-llama/Llama-3.1-70B-Instruct", "--max-len", "16k", "--concurrency", "16"),
        *("--quantize", "fp8", *_PRICES),
    ),
    "size-explain": (
        *("size", "--model", "Qwen/Qwen3-30B-A3B", "--max-len", "8k", "--provider", "aws", "--explain", *_PRICES),
    ),
    "size-platform": ("size", "--from", PLATFORM, "--min-throughput", "0.5", *_PRICES),
}


def printed(name: str) -> str:
    """What the command of a snapshot prints, below the command itself. Raises RuntimeError if it fails."""
    arguments = SNAPSHOTS[name]
    out = io.StringIO()
    with _standing_in(ROOT), redirect_stdout(out):
        code = run(costlint, list(arguments))
    if code != 0:
        raise RuntimeError(f"costlint {' '.join(arguments)} ended with {code}")
    return f"$ costlint {' '.join(arguments)}\n\n{out.getvalue()}"


@contextmanager
def _standing_in(directory: Path) -> Iterator[None]:
    before, environment = Path.cwd(), dict(os.environ)
    os.environ.update(_ENVIRONMENT)
    os.chdir(directory)
    try:
        yield
    finally:
        os.chdir(before)
        os.environ.clear()
        os.environ.update(environment)


if __name__ == "__main__":
    for each in SNAPSHOTS:
        (FOLDER / f"{each}.txt").write_text(printed(each), encoding="utf-8")
