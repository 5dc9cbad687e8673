"""`.costlint.charts.lock`: which version of each chart from elsewhere was fetched, and the checksum of what came."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import NamedTuple

from costlint.sources import Source, SourceError

LOCK_NAME = ".costlint.charts.lock"


class PinError(Exception):
    """The lock file cannot be used. The message is a sentence."""


class Pin(NamedTuple):
    """A chart that was fetched: asked for as `version` of `repository`, it came as `resolved`; `directory` is the
    chart's in the package with this checksum."""

    repository: str
    chart: str
    version: str
    resolved: str
    checksum: str
    directory: str

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.repository, self.chart, self.version)

    @property
    def title(self) -> str:
        """What takes the place of the directory in paths."""
        return f"{self.chart.rpartition('/')[2]}@{self.resolved}"


def key_of(repository: str, chart: str, version: str) -> tuple[str, str, str]:
    """How a chart is looked up: repositories without passwords and with no slash at the end."""
    scheme, mark, rest = repository.partition("://")
    plain = f"{scheme}{mark}{rest.rpartition('@')[2]}" if mark else repository
    return (plain.rstrip("/"), chart, version)


def read_pins(source: Source) -> dict[tuple[str, str, str], Pin]:
    """The pins of a tree, {} if it has no lock file. Raises PinError."""
    if not source.is_file(LOCK_NAME):
        return {}
    try:
        value = json.loads(source.read(LOCK_NAME))
        pins = [Pin(*(str(one[field]) for field in Pin._fields)) for one in value["charts"]]
    except SourceError as error:
        raise PinError(error.message) from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise PinError(f"{source.shown(LOCK_NAME)} is no lock file of charts: delete it and fetch again") from None
    return {pin.key: pin for pin in pins}


def rendered(pins: Iterable[Pin]) -> str:
    """The text of the lock file."""
    charts = [pin._asdict() for pin in sorted(pins)]
    return json.dumps({"version": 1, "charts": charts}, indent=2) + "\n"
