"""Usage given to the resources of a stack, and what in the file came to nothing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from math import isfinite
from typing import Any

from costlint.catalog import Catalog, UsageKey
from costlint.config import ConfigError
from costlint.model import Diagnostic, Path, Resource, Stack
from costlint.spelling import did_you_mean
from costlint.usage.reading import Entry, UsageFile, type_of

_ANY_INDEX = r"\[[^\[\]]*\]"
_MOST_COMPARED = 2_000


class Quantities(dict[str, float]):
    """Quantities by assumption, which remember the assumptions that were asked for, and the `entries` of the `file`
    they are from."""

    __slots__ = ("_entries", "_file", "asked")

    def __init__(
        self, given: dict[str, float] | None = None, entries: Iterable[Entry] = (), file: UsageFile | None = None
    ) -> None:
        super().__init__(given or {})
        self.asked: dict[str, None] = {}
        self._entries = tuple(entries)
        self._file = file

    @property
    def stated(self) -> list[str]:
        """What the usage file states, and on which line: "storage_gb = 5000 (usage.yml:4)"."""
        if self._file is None:
            return []
        lines = ((entry, self._file.place(entry.path)[0]) for entry in self._entries)
        return [f"{entry.key} = {entry.value} ({self._file.file}:{line})" for entry, line in lines]

    def get(self, key: str, default: Any = None) -> Any:
        self.asked[key] = None
        return super().get(key, default)


class Usage:
    """A usage file at work. `settle` every stack, price, and ask for the `diagnostics` in the end.

    What is written for an address goes before wildcards (the last that matches counts), and these before the defaults
    of a type, key by key. Raises ConfigError for a quantity that is not a number of at least 0.
    """

    def __init__(self, file: UsageFile, catalog: Catalog) -> None:
        self._file = file
        self._catalog = catalog
        self._defaults: dict[str, dict[str, Entry]] = defaultdict(dict)
        self._exact: dict[str, dict[str, Entry]] = defaultdict(dict)
        self._wild: dict[str, list[tuple[re.Pattern[str], Entry]]] = defaultdict(list)
        self._settled: dict[Path, list[Quantities]] = {}
        self._by_type: dict[str, Quantities] = {}
        self._seen: dict[str, set[str]] = defaultdict(set)
        self._unknown: list[Diagnostic] = []
        for entry in file.entries:
            self._enter(entry)

    def settle(self, stack: Stack) -> None:
        """Tell the resources of a stack what the file says about them."""
        shared: dict[tuple[str, str, str], list[Quantities]] = defaultdict(list)
        for resource in stack.resources:
            if resource.data:
                continue
            self._seen[resource.type].add(resource.address)
            own = self._own(resource)
            if not own and resource.type not in self._defaults:
                continue
            keys = self._catalog.usage_keys(resource.type)
            together = [key.assumption for key in keys if key.how == "shared"]
            if not own and not together and resource.type in self._by_type:
                resource.usage = self._by_type[resource.type]
                continue
            entries = {**self._defaults.get(resource.type, {}), **own}
            given = Quantities(_quantities(entries, keys), entries.values(), self._file)
            resource.usage = given
            for entry in entries.values():
                self._settled.setdefault(entry.path, []).append(given)
            if not own and not together:
                self._by_type[resource.type] = given
            for assumption in together:
                if assumption in given and assumption not in entries:
                    shared[resource.type, resource.module, assumption].append(given)
        for (_, _, assumption), many in shared.items():
            amount = sum(given[assumption] for given in many)
            for given in many:
                given[assumption] = amount

    def diagnostics(self) -> list[Diagnostic]:
        """Addresses that no stack has, keys nobody knows, and quantities that no bill rests on."""
        found = [*self._file.diagnostics, *self._unknown]
        lost: dict[str, Entry] = {}
        for entry in self._file.entries:
            settled, wanted = self._settled.get(entry.path), self._assumptions(entry)
            if settled:
                if not any(wanted & given.asked.keys() for given in settled):
                    message = f"{entry.target}: {entry.key} has no part in what this costs"
                    found.append(self._diagnostic(message, entry, note=True))
            elif wanted and not entry.default:
                lost.setdefault(entry.target, entry)
        for target, entry in lost.items():
            found.append(self._about(f'there is no resource "{target}"{self._nearest(target)}', entry.path[:2]))
        return found

    def _enter(self, entry: Entry) -> None:
        kind = entry.target if entry.default else type_of(entry.target)
        known = self._assumptions(entry)
        if not known:
            self._unknown.append(self._diagnostic(f"{entry.target}: {self._complaint(entry.key, kind)}", entry))
            return
        value = entry.value
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not _is_quantity(value):
            place = self._file.place(entry.path)
            raise ConfigError(f"{entry.key}: expected a number of at least 0, not {value!r}", self._file.file, *place)
        if entry.default:
            self._defaults[entry.target][entry.key] = entry
        elif "*" in entry.target:
            self._wild[kind].append((_pattern(entry.target), entry))
        else:
            self._exact[entry.target][entry.key] = entry

    def _own(self, resource: Resource) -> dict[str, Entry]:
        wild = self._wild.get(resource.type)
        exact = self._exact.get(resource.address)
        if wild is None:
            return exact or {}
        found = {entry.key: entry for pattern, entry in wild if pattern.fullmatch(resource.address)}
        return {**found, **exact} if exact else found

    def _assumptions(self, entry: Entry) -> set[str]:
        """The assumptions a key replaces, empty for a key that says nothing about the type."""
        kind = entry.target if entry.default else type_of(entry.target)
        named = {key.assumption for key in self._catalog.usage_keys(kind) if key.key == entry.key}
        return named or ({entry.key} if entry.key in self._catalog.assumptions() else set())

    def _complaint(self, key: str, kind: str) -> str:
        keys = dict.fromkeys(known.key for known in self._catalog.usage_keys(kind))
        if near := did_you_mean(key, [*keys, *self._catalog.assumptions()], least=0.75):
            return f'costlint knows no usage "{key}"{near}'
        known = f"; known are {', '.join(list(keys)[:6])}" if keys else ""
        return f'costlint does not use "{key}"{known}'

    def _nearest(self, target: str) -> str:
        known = sorted(self._seen.get(type_of(target), ()))[:_MOST_COMPARED]
        if any(re.sub(_ANY_INDEX, "", address) == target for address in known):
            return f'; did you mean "{target}[*]"?'
        if target in self._seen:
            return "; a type belongs under resource_type_default_usage"
        return did_you_mean(
            target, sorted({re.sub(_ANY_INDEX, "[*]", address) for address in known}) if "*" in target else known
        )

    def _diagnostic(self, message: str, entry: Entry, note: bool = False) -> Diagnostic:
        return self._about(message, entry.path, note)

    def _about(self, message: str, path: Path, note: bool = False) -> Diagnostic:
        return Diagnostic("note" if note else "warning", message, self._file.file, *self._file.place(path))


def watch(stack: Stack) -> None:
    """Have every resource of a stack remember which assumptions its price rests on."""
    for resource in stack.resources:
        if resource.usage is None and not resource.data:
            resource.usage = Quantities()


def _quantities(entries: dict[str, Entry], keys: Iterable[UsageKey]) -> dict[str, float]:
    found: dict[str, float] = {}
    for key in keys:
        entry = entries.get(key.key)
        if entry is None:
            continue
        value = _number(entry) * key.factor
        known = found.get(key.assumption, 0.0)
        found[key.assumption] = max(known, value) if key.how == "most" else known + value
    mapped = {key.key for key in keys}
    found.update({name: _number(entry) for name, entry in entries.items() if name not in mapped})
    return found


def _number(entry: Entry) -> float:
    assert isinstance(entry.value, (int, float))
    return float(entry.value)


def _is_quantity(value: int | float) -> bool:
    try:
        return isfinite(float(value)) and value >= 0
    except OverflowError:
        return False


def _pattern(target: str) -> re.Pattern[str]:
    """`[*]` is any index, another `*` anything within a name."""
    parts = [re.escape(part).replace(r"\*", r"[^.\[\]]*") for part in target.split("[*]")]
    return re.compile(_ANY_INDEX.join(parts))
