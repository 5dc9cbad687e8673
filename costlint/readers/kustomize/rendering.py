"""Runs kustomize (or kubectl, which has it built in) on a staged overlay, bounded in time, memory and output."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from costlint.readers.kustomize.limits import LARGEST_OUTPUT, MEMORY, SECONDS
from costlint.readers.offline import without_network

_CHUNK = 1 << 20
_LONGEST_COMPLAINT = 16 << 10
_LOGGED = re.compile(r'^[EF]\d{4} [\d:.]+ +\d+ \S+\] "command failed" err="(.*?)(?<!\\)"?\Z', re.DOTALL | re.MULTILINE)
"""How newer versions of kubectl complain: as a line of a log, with the time and the number of the process."""
_ADDRESSES = re.compile(r" ?&\{0x[0-9a-f]+(?: 0x[0-9a-f]+)*\}")
"""How kustomize prints what it has no words for: where that is in memory."""


class RenderError(Exception):
    """An overlay cannot be rendered. The message is a sentence."""


class TooMuch(RenderError):
    """It takes more time, memory or room than it may: trying again is of no use."""


def renderer(environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """The command that renders a directory: kustomize, else kubectl; () if neither is on the PATH."""
    path = environment.get("PATH", "")
    for program, verb in (("kustomize", "build"), ("kubectl", "kustomize")):
        found = shutil.which(program, path=path)
        if found is not None:
            return (found, verb)
    return ()


def render(command: tuple[str, ...], directory: Path, root: Path) -> bytes:
    """What an overlay comes to. `root` is the directory everything was put in. Raises RenderError.

    The process finds no git and no proxy that answers, so that nothing can be fetched, and a home of its own."""
    with tempfile.TemporaryDirectory(prefix="costlint-home-") as home, tempfile.TemporaryFile() as complaints:
        surroundings = {
            "PATH": "",
            "HOME": home,
            "USERPROFILE": home,
            "TMPDIR": home,
            "GOMEMLIMIT": str(MEMORY // 2),
            **{name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ},
        }
        try:
            process = subprocess.Popen(
                [*command, str(directory)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=complaints,
                env=without_network(surroundings),
                cwd=root,
            )
        except OSError as error:
            raise RenderError(f"{Path(command[0]).name} could not be run: {error.strerror}") from error
        _bound(process.pid)
        overdue = threading.Event()
        clock = threading.Timer(SECONDS, _stop, (process, overdue))
        clock.start()
        try:
            assert process.stdout is not None
            output, whole = _bounded(process.stdout)
            if not whole:
                process.kill()
            status = process.wait()
        finally:
            clock.cancel()
            process.kill()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()
        if overdue.is_set():
            raise TooMuch(f"it takes more than {SECONDS:.0f} s")
        if not whole:
            raise TooMuch(f"it comes to more than {LARGEST_OUTPUT >> 20} MB")
        if status:
            complaints.seek(0)
            raise _failure(complaints.read(_LONGEST_COMPLAINT), root)
        return output


def _bounded(stream: IO[bytes]) -> tuple[bytes, bool]:
    """What comes from a stream, and whether that is all of it."""
    pieces: list[bytes] = []
    size = 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > LARGEST_OUTPUT:
            return b"", False
        pieces.append(chunk)
    return b"".join(pieces), True


def _stop(process: subprocess.Popen[bytes], overdue: threading.Event) -> None:
    overdue.set()
    process.kill()


def _bound(pid: int) -> None:
    """Limit the memory and the files of a process, where the system can."""
    if sys.platform == "linux":
        import resource

        try:
            resource.prlimit(pid, resource.RLIMIT_AS, (MEMORY, MEMORY))
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (LARGEST_OUTPUT, LARGEST_OUTPUT))
            resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))
        except OSError:  # it is over already
            return


def _failure(complaints: bytes, root: Path) -> RenderError:
    """What kustomize complains about, in terms of the scanned tree."""
    text = complaints.decode(errors="replace")
    for prefix in (f"{root.resolve()}/", f"{root}/", str(root.resolve()), str(root)):
        text = text.replace(prefix, "")
    if "out of memory" in text or "cannot allocate memory" in text:
        return TooMuch(f"it takes more than {MEMORY >> 30} GB of memory")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("# Warning")]
    logged = _LOGGED.search(text.strip())
    if logged is not None:
        lines = [logged[1].replace('\\"', '"').replace("\\n", " ")]
    message = _ADDRESSES.sub("", " ".join(lines)).removeprefix("error: ").removeprefix("Error: ")
    message = message.partition(': [{"apiVersion"')[0].strip()
    return RenderError(message if len(message) <= 600 else f"{message[:600]}…")
