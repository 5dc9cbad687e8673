"""Runs a program and measures wall time, CPU time and peak memory of it and the processes it starts."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

_UNUSUAL = ("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")
"""Settings under which Python compiles its modules again in every run: nobody's programs start like that."""


class Run(NamedTuple):
    """Seconds and MiB. `finished` False: it was stopped at the time limit."""

    wall: float
    cpu: float
    peak: float
    code: int
    finished: bool


def measure(
    command: Sequence[str],
    limit: float = 600.0,
    environment: Mapping[str, str] | None = None,
    output: Path | None = None,
) -> Run:
    """Run once. Peak memory is that of the largest single process."""
    usual = {name: value for name, value in os.environ.items() if name not in _UNUSUAL}
    with (output or Path(os.devnull)).open("wb") as sink:
        started = time.perf_counter()
        process = subprocess.Popen(
            list(command),
            stdout=sink,
            stderr=subprocess.DEVNULL,
            env={**usual, **(environment or {})},
        )
        expired = threading.Event()

        def stop() -> None:
            expired.set()
            process.kill()

        timer = threading.Timer(limit, stop)
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        timer.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit, process.returncode, not expired.is_set())
