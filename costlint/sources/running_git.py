"""Git, run in a repository whose configuration somebody else may have written: it starts nothing but itself."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import NamedTuple

from costlint.sources.source import SourceError


class Git(NamedTuple):
    """Git in the repository at `root`, `purpose` says what for. Of git's own variables only those hold that begin as in
    `heeded`: the others may mean another repository. `lazily` lets a partial clone fetch what it lacks; `patience` is
    in seconds."""

    root: Path
    purpose: str
    heeded: tuple[str, ...] = ("GIT_CONFIG",)
    settings: tuple[str, ...] = ()
    lazily: bool = False
    patience: float | None = None

    def command(self, *arguments: str) -> list[str]:
        return ["git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", *self.settings, *arguments]

    def environment(self) -> dict[str, str]:
        """No prompt, no lock, no language but English."""
        variables = os.environ.items()
        kept = {name: text for name, text in variables if not name.startswith("GIT_") or name.startswith(self.heeded)}
        lazily = {} if self.lazily else {"GIT_NO_LAZY_FETCH": "1"}
        return {**kept, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", **lazily, "LC_ALL": "C"}

    def output(self, *arguments: str) -> bytes | None:
        """What git prints, None if it fails. Raises SourceError if it cannot be run, or takes too long."""
        try:
            done = subprocess.run(
                self.command(*arguments),
                cwd=self.root,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                timeout=self.patience,
            )
        except OSError as error:
            raise SourceError(f"git is needed to {self.purpose}, and it could not be run") from error
        except subprocess.TimeoutExpired as error:
            raise SourceError(f"git {arguments[0]} took longer than {self.patience:g} seconds") from error
        if b"dubious ownership" in done.stderr:
            raise SourceError(f"git refuses to read {self.root.name}: it belongs to another user (safe.directory)")
        return done.stdout if done.returncode == 0 else None

    def line(self, *arguments: str) -> str | None:
        """What git prints as one line; None if it fails or prints nothing."""
        found = self.output(*arguments)
        return None if found is None else found.decode(errors="replace").strip() or None

    def commit(self, name: str) -> str | None:
        """The id of the commit of a name, None if there is none here."""
        if name.startswith("-"):
            return None
        return self.line("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
