"""An update as a program runs it, with a cache and a clock of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from loopback import LoopbackServer

from costlint.catalog import Catalog
from costlint.updating import Options, Outcome, update


class Updating:
    """Runs updates against a server. `pauses` are those it made, `told` what it said on the way."""

    def __init__(self, root: Path, server: LoopbackServer) -> None:
        self.root = root
        self.server = server
        self.day = datetime(2026, 11, 23, 12, tzinfo=UTC)
        self.pauses: list[float] = []
        self.told: list[str] = []

    def __call__(self, provider: str, *regions: str, services: tuple[str, ...] = ()) -> Outcome:
        self.day += timedelta(seconds=1)
        options = Options(regions, services, self.server.url)
        tell = lambda what, done, total: self.told.append(f"{what} {done}/{total}")  # noqa: E731
        catalog = Catalog()
        return update(provider, options, catalog, self.root, tell=tell, sleep=self.pauses.append, now=lambda: self.day)

    @property
    def catalog(self) -> Catalog:
        """The catalog as the next scan sees it."""
        return Catalog(fetched=self.root)

    def snapshots(self, provider: str) -> list[str]:
        return sorted(path.name for path in (self.root / provider).glob("2*"))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackServer]:
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or "GOOGLE" in name:
            monkeypatch.delenv(name)
    with LoopbackServer() as running:
        yield running


@pytest.fixture
def updating(tmp_path: Path, server: LoopbackServer) -> Updating:
    return Updating(tmp_path / "prices", server)
