"""Charts from elsewhere that `costlint charts fetch` has brought in, as the lock file of a tree pins them."""

from __future__ import annotations

from collections.abc import Mapping

from costlint.model import Diagnostic
from costlint.readers.helm.pins import Pin, PinError, key_of, read_pins
from costlint.sources import PackageSource, Source, cache_directory


class CachedCharts:
    """Finds the pinned charts of one tree in the cache; each package is opened once."""

    def __init__(self, pins: Mapping[tuple[str, str, str], Pin]) -> None:
        self._pins = pins
        self._packages: dict[str, PackageSource] = {}

    def chart(self, repository: str, chart: str, version: str) -> tuple[PackageSource, Pin] | None:
        """The package with a chart, asked for as its user writes it; None if no fetch has pinned it. Raises SourceError
        if it is not in the cache any more, or was changed there."""
        pin = self._pins.get(key_of(repository, chart, version))
        if pin is None:
            return None
        found = self._packages.get(pin.checksum)
        if found is None:
            found = self._packages[pin.checksum] = PackageSource(cache_directory(), pin.checksum, pin.title)
        return found, pin


NOTHING_CACHED = CachedCharts({})


def cached_charts(source: Source, problems: list[Diagnostic]) -> CachedCharts:
    """What the lock file of a tree pins; nothing if it has none. One that cannot be used is told in `problems`."""
    try:
        return CachedCharts(read_pins(source))
    except PinError as error:
        problems.append(Diagnostic("error", str(error)))
        return NOTHING_CACHED
