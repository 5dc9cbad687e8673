"""`costlint charts fetch` and `list`: goes through what is deployed at given paths, and fetches the charts not here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from costlint.charts.logins import Logins
from costlint.charts.oci import Registries
from costlint.charts.repositories import Repositories
from costlint.config import Config
from costlint.model import Span
from costlint.modules.archives import unpack
from costlint.modules.credentials import Credentials
from costlint.network.downloads import Downloads, check
from costlint.network.errors import FetchError
from costlint.network.store import Store, write_atomically
from costlint.network.web import Web, shown
from costlint.readers.helm.pins import LOCK_NAME, Pin, PinError, key_of, read_pins, rendered
from costlint.sources import DirectorySource, cache_directory, open_directory
from costlint.stacks import charts_wanted

Progress = Callable[[str, int, int], None]

_MOST_CHARTS = 1_000


@dataclass(frozen=True, slots=True)
class Asked:
    """A chart from elsewhere that something deploys or needs. `pin` is what it is pinned to, `here` whether that is in
    the cache; `url` is the repository as it is written, perhaps with a password."""

    repository: str
    chart: str
    version: str
    url: str
    span: Span
    pin: Pin | None = None
    here: bool = False

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.repository, self.chart, self.version)


@dataclass(slots=True)
class Outcome:
    """What a fetch came to: the charts asked for, the pins that are new or back in the cache, and those charts that
    could not be fetched, with why; `locks` are the lock files written."""

    asked: list[Asked] = field(default_factory=list)
    fetched: list[Pin] = field(default_factory=list)
    failures: list[tuple[Asked, str]] = field(default_factory=list)
    locks: list[str] = field(default_factory=list)


def asked_for(paths: Sequence[str], config: Config) -> list[Asked]:
    """The charts from elsewhere that are deployed at the paths. Raises SourceError, and FetchError for a lock file that
    cannot be used."""
    return [one for source, selected in _trees(paths) for one in _of_tree(source, selected, config)]


def fetch(
    paths: Sequence[str],
    config: Config,
    tell: Progress,
    update: bool = False,
    plain: frozenset[str] = frozenset(),
) -> Outcome:
    """Fetch every chart that is deployed at the paths and not here, and pin each in the lock file of its tree. With
    `update` versions are chosen anew; `plain` are registries spoken to without TLS.

    A chart that cannot be fetched stops no other. Raises FetchError for a lock file or cache that cannot be used,
    SourceError for paths that cannot.
    """
    outcome = Outcome()
    store = Store(cache_directory())
    store.prepare()
    for source, selected in _trees(paths):
        pins = _pins(source)
        before = dict(pins)
        fetcher = _Fetcher(store, tell, plain)
        tried: set[tuple[str, str, str]] = set()
        # What was fetched may deploy, or depend on, charts nothing knew of before.
        while asked := [one for one in _of_tree(source, selected, config) if one.key not in tried]:
            tried |= {one.key for one in asked}
            before_these = len(outcome.fetched)
            for number, one in enumerate(asked):
                tell(f"{one.chart} {one.version}".strip(), number, len(asked))
                known = None if update else pins.get(one.key)
                try:
                    came = fetcher.fetched(one, known)
                    if came is not None:
                        pins[one.key] = came
                        outcome.fetched.append(came)
                        write_atomically(Path(source.root) / LOCK_NAME, rendered(pins.values()))
                except FetchError as error:
                    outcome.failures.append((one, str(error)))
                except OSError as error:
                    outcome.failures.append((one, f"it cannot be written: {(error.strerror or str(error)).lower()}"))
            if len(outcome.fetched) == before_these or len(tried) > _MOST_CHARTS:
                break
        if pins != before:
            outcome.locks.append(source.shown(LOCK_NAME))
        outcome.asked += _of_tree(source, selected, config)
    return outcome


class _Fetcher:
    def __init__(self, store: Store, tell: Progress, plain: frozenset[str]) -> None:
        web, logins = Web(), Logins()
        self._store = store
        self._logins = logins
        self._at = ""
        self._downloads = Downloads(
            store.cache, web, Credentials().login, lambda much: tell(f"{self._at}: {much}", 0, 0)
        )
        self._repositories = Repositories(self._downloads, logins)
        self._registries = Registries(web, logins, plain)

    def fetched(self, asked: Asked, pin: Pin | None) -> Pin | None:
        """The pin of a chart that is in the cache from now on, None if it was there. Raises FetchError, and OSError."""
        if pin is not None:
            self._store.discard_damaged(pin.checksum)
            if self._store.has(pin.checksum):
                return None
        self._at = asked.chart
        wanted = pin.resolved if pin is not None else asked.version
        url = self._address(asked.url)
        if url.startswith("oci://"):
            found = self._registries.find(url, asked.chart, wanted)
        elif url.startswith(("http://", "https://")):
            found = self._repositories.find(url, asked.chart, wanted)
        else:
            raise FetchError(f"{asked.repository or 'nothing'} is no repository of charts")
        archive = self._downloads.download(found.url, f"{found.url} {found.version}", found.headers)
        try:
            check(archive, f"sha256:{found.digest}" if found.digest else "")
            with self._store.new() as package:
                unpack(archive, "tar", package)
                directories = package.directories()
                if len(directories) != 1:
                    raise FetchError(f"it holds {len(directories)} directories where one chart is expected")
                came = Pin(
                    asked.repository, asked.chart, asked.version, found.version, package.finish(), directories.pop()
                )
        except FetchError as error:
            raise FetchError(f"{shown(found.url)}: {error}") from error
        finally:
            archive.unlink(missing_ok=True)
        if pin is not None and came.checksum != pin.checksum:
            raise FetchError(
                f"what {shown(found.url)} gives is not what {LOCK_NAME} pins (checksum {came.checksum}, pinned "
                f"{pin.checksum}): if that is meant, fetch with --update"
            )
        return came

    def _address(self, written: str) -> str:
        """Where a repository is that may be written by its name in Helm's configuration. Raises FetchError."""
        name = next((written.removeprefix(mark) for mark in _NAMED if written.startswith(mark)), "")
        if not name:
            return written
        found = self._logins.address(name)
        if not found:
            raise FetchError(f'no repository is called "{name}" here: helm repo add {name} URL, then again')
        return found


_NAMED = ("@", "alias:")


def _of_tree(source: DirectorySource, selected: list[str], config: Config) -> list[Asked]:
    pins = _pins(source)
    store = Store(cache_directory())
    found: dict[tuple[str, str, str], Asked] = {}
    for one in charts_wanted(source, selected, config):
        key = key_of(one.repository, one.chart, one.version)
        if key[0] and key not in found:
            pin = pins.get(key)
            here = pin is not None and store.has(pin.checksum)
            found[key] = Asked(*key, one.repository, one.span, pin, here)
    return list(found.values())


def _pins(source: DirectorySource) -> dict[tuple[str, str, str], Pin]:
    try:
        return read_pins(source)
    except PinError as error:
        raise FetchError(str(error)) from None


def _trees(paths: Sequence[str]) -> list[tuple[DirectorySource, list[str]]]:
    trees: dict[str, tuple[DirectorySource, list[str]]] = {}
    for path in paths:
        source, selected = open_directory(path)
        trees.setdefault(source.label, (source, []))[1].append(selected)
    return list(trees.values())
