"""What an update has so far, on disk, so that an interrupted one goes on where it stopped."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from costlint.network.store import write_atomically
from costlint.updating.errors import UpdateError
from costlint.updating.limits import KEPT_HOURS

Page = TypeVar("Page")


class Kept:
    """Pages and results of one provider's update by name. What is older than a day does not count: prices of
    different days are not mixed."""

    def __init__(self, directory: Path, now: Callable[[], float] = time.time) -> None:
        self.directory = directory
        self._now = now

    def prepare(self) -> None:
        """Make the directory, and throw away what is too old. Raises UpdateError."""
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            for path in self.directory.iterdir():
                if self._is_old(path):
                    path.unlink(missing_ok=True)
        except OSError as error:
            raise UpdateError(f"the cache {self.directory.parent} cannot be written: {error.strerror}") from error

    def get(self, name: str) -> Any:
        """What was kept under a name, None if there is nothing usable."""
        path = self._path(name)
        try:
            return None if self._is_old(path) else json.loads(path.read_bytes())
        except (OSError, ValueError):
            return None

    def put(self, name: str, value: Any) -> None:
        """Keep a value. Raises FetchError."""
        write_atomically(self._path(name), json.dumps(value))

    def page(self, url: str, ask: Callable[[], Any], read: Callable[[Any], Page]) -> Page:
        """What `read` makes of a page of a list: the one that was kept, or what `ask` gives, kept once it can be read.
        Raises what they raise, and FetchError."""
        page = self.get(url)
        if page is not None:
            return read(page)
        page = ask()
        found = read(page)
        self.put(url, page)
        return found

    def discard(self) -> None:
        """Forget everything: the update is complete."""
        shutil.rmtree(self.directory, ignore_errors=True)

    def _path(self, name: str) -> Path:
        return self.directory / f"{hashlib.sha256(name.encode()).hexdigest()}.json"

    def _is_old(self, path: Path) -> bool:
        return self._now() - path.stat().st_mtime > KEPT_HOURS * 3600
