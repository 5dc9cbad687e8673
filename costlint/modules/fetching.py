"""`costlint modules fetch` and `list`: goes through the module calls at given paths, and fetches what is not here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from costlint.config import Config
from costlint.modules.calls import CallSite, call_sites, unit_sites
from costlint.modules.credentials import Credentials
from costlint.modules.fetcher import Fetcher
from costlint.network.errors import FetchError
from costlint.network.store import Store, write_atomically
from costlint.readers.deployments import Deployments
from costlint.readers.discover import Inputs, discover
from costlint.readers.terraform.files import TerraformFiles
from costlint.readers.terraform.sourcing.addresses import parse_address
from costlint.readers.terraform.sourcing.lock import LOCK_NAME, LockError, Pin, render_lock
from costlint.readers.terraform.sourcing.resolving import Call
from costlint.sources import DirectorySource, cache_directory, open_directory

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Options:
    """How to fetch. `update`: choose versions anew instead of keeping those of the lock file; `locked`: fetch what
    the lock file pins and nothing else; `use_installed` False: also what terraform init has installed here."""

    update: bool = False
    locked: bool = False
    use_installed: bool = True
    data_directory: str = ""


@dataclass(slots=True)
class Outcome:
    """What a fetch came to: `sites` are all calls as they resolve now, `fetched` the pins that are new or back in the
    cache, `dropped` those of the lock files that no call asks for any more, `failures` the first call of each package
    that could not be fetched, and why; `locks` the lock files written."""

    sites: list[CallSite] = field(default_factory=list)
    fetched: list[Pin] = field(default_factory=list)
    dropped: list[Pin] = field(default_factory=list)
    failures: list[tuple[CallSite, str]] = field(default_factory=list)
    locks: list[str] = field(default_factory=list)


def list_calls(paths: Sequence[str], config: Config, data_directory: str = "") -> Iterator[CallSite]:
    """Every module call of the roots at the paths. Raises SourceError, ConfigError."""
    for source, selected in _trees(paths):
        files = TerraformFiles(source, config.modules)
        found = discover(source, selected, files, Deployments(files, config, {}).is_named)
        for root in found.roots:
            yield from call_sites(files, root.path, data_directory)
        for unit in found.units:
            yield from unit_sites(files, unit, data_directory)


def fetch(paths: Sequence[str], config: Config, options: Options, tell: Progress) -> Outcome:
    """Fetch every package the roots at the paths need and do not have, and pin each in the lock file of its tree.

    A package that cannot be fetched stops no other. Raises FetchError for a lock file or cache that cannot be used,
    SourceError for paths that cannot, ConfigError for settings.
    """
    outcome = Outcome()
    store = Store(cache_directory())
    store.prepare()
    for source, selected in _trees(paths):
        _Tree(source, selected, config, options, store, tell).fetch(outcome)
    return outcome


class _Tree:
    """The fetch in one tree, which has one lock file."""

    def __init__(
        self,
        source: DirectorySource,
        selected: list[str],
        config: Config,
        options: Options,
        store: Store,
        tell: Progress,
    ) -> None:
        self._source = source
        self._selected = selected
        self._options = options
        self._files = TerraformFiles(source, config.modules, options.use_installed)
        self._is_named = Deployments(self._files, config, {}).is_named
        self._tell = tell
        self._at = ""
        self._done = 0
        self._fetcher = Fetcher(store, Credentials(), lambda much: tell(f"{self._at}: {much}", self._done, 0))
        self._tried: set[tuple[str, str]] = set()
        try:
            self._pins = dict(self._files.modules.pins())
        except LockError as error:
            raise FetchError(str(error)) from None
        for pin in self._pins.values():
            store.discard_damaged(pin.checksum)
        if options.update:
            self._files.modules.forget_pins()

    def fetch(self, outcome: Outcome) -> None:
        found = self._discover()
        before = dict(self._pins)
        sites: list[CallSite] = []
        failed = len(outcome.failures)
        data = self._options.data_directory

        def bring(site: CallSite) -> None:
            self._bring(site, outcome)

        for root in found.roots:
            sites.extend(call_sites(self._files, root.path, data, bring))
        while found.units:
            known = dict(self._pins)
            of_units = [site for unit in found.units for site in unit_sites(self._files, unit, data, bring)]
            if self._pins == known:
                sites.extend(of_units)
                break
            # Templates of units that have come in now ask for modules of their own.
            found = self._discover()
        outcome.sites.extend(sites)
        puzzling = any(unit.module is None and unit.call is None for unit in found.units)
        if len(outcome.failures) == failed and not puzzling:
            templates = {call for unit in found.units for call in unit.tree.templates}
            self._drop_what_nobody_asks_for(sites, templates, outcome)
        if self._pins != before:
            outcome.locks.append(self._source.shown(LOCK_NAME))

    def _discover(self) -> Inputs:
        return discover(self._source, self._selected, self._files, self._is_named)

    def _drop_what_nobody_asks_for(self, sites: list[CallSite], templates: Iterable[Call], outcome: Outcome) -> None:
        """Take pins out of the lock file that neither a call nor a stack file's template asks for. Only if all calls
        are known: the whole tree was gone through, and every module was read that may call others."""
        remote = [site for site in sites if site.remote]
        known = all(site.resolution.directory is not None for site in remote)
        if "" not in self._selected or self._options.locked or not known:
            return
        asked = {_key(call) for call in (*(site.call for site in remote), *templates)}
        dropped = [pin for key, pin in self._pins.items() if key not in asked]
        if dropped:
            self._pins = {key: pin for key, pin in self._pins.items() if key in asked}
            write_atomically(Path(self._source.root) / LOCK_NAME, render_lock(self._pins.values()))
            outcome.dropped += dropped

    def _bring(self, site: CallSite, outcome: Outcome) -> None:
        """Fetch the package of a call, once, and pin it."""
        address = parse_address(site.call.source)
        key = _key(site.call)
        if key in self._tried:
            return
        self._tried.add(key)
        self._at = address.package
        self._tell(self._at, self._done, 0)
        pinned = None if self._options.update else self._pins.get(key)
        try:
            if pinned is None and self._options.locked:
                raise FetchError(f"{LOCK_NAME} does not pin it: run costlint modules fetch without --locked")
            pin = self._fetcher.fetch(address, key[1], pinned, site.own)
            self._files.modules.pin(pin)
            if self._pins.get(key) != pin:
                self._pins[key] = pin
                # After each one, so that an interrupted run is gone on from where it stopped.
                write_atomically(Path(self._source.root) / LOCK_NAME, render_lock(self._pins.values()))
        except FetchError as error:
            outcome.failures.append((site, str(error)))
            return
        except OSError as error:
            # What servers and git do wrong is a FetchError already: this is the disk.
            outcome.failures.append((site, f"it cannot be written: {(error.strerror or str(error)).lower()}"))
            return
        self._done += 1
        outcome.fetched.append(pin)


def _key(call: Call) -> tuple[str, str]:
    """What the lock file knows the package of a call by."""
    address = parse_address(call.source)
    return address.package, call.version if address.kind == "registry" else ""


def _trees(paths: Sequence[str]) -> Iterator[tuple[DirectorySource, list[str]]]:
    trees: dict[str, tuple[DirectorySource, list[str]]] = {}
    for path in paths:
        source, selected = open_directory(path)
        trees.setdefault(source.label, (source, []))[1].append(selected)
    yield from trees.values()
