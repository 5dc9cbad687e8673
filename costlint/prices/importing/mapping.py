"""Which price of costlint a line of an export is about. What no row of the tables names stays unmapped, with the
reason: nothing is guessed from a name that looks alike.

The tables are those `costlint prices update` reads price lists with, and usage_types.csv for what stands in no list.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from typing import NamedTuple

from costlint.catalog import Catalog
from costlint.catalog.regions import region_of
from costlint.catalog.tables import records
from costlint.prices.checking import units_by_sku
from costlint.prices.file import ProviderName
from costlint.prices.importing.lines import Line

_PREFIX = re.compile(r"^(?:EU|[A-Z]{3}\d|[A-Z]{2}[A-Z]?\d)-")
_MOST_ANSWERS = 20_000
_FIELD = re.compile(r"\{(\w+)\}")


class Key(NamedTuple):
    """A price: whose, of what and where."""

    provider: ProviderName
    region: str
    sku: str
    unit: str
    engine: str = ""
    deployment: str = ""
    spot: bool = False


class Mapped(NamedTuple):
    """Prices a line is about (one SKU may go by several names), and how many of their units one of its own is."""

    keys: tuple[Key, ...]
    per: float


class Tables:
    """The tables beside a catalog, and what the catalog has prices of: an instance type it does not know is no price
    of costlint."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._known: dict[str, dict[str, str]] = {}
        self._answers: dict[tuple[object, ...], Mapped | str] = {}
        data = catalog.data
        self._exact: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
        self._typed: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
        for file in ("offers.csv", "usage_types.csv"):
            for row in records(data / "aws" / file):
                start, star, _ = row["usage"].partition("*")
                (self._typed if star else self._exact)[row["offer"], start].append(row)
        self._meters = [row for row in records(data / "azure" / "meters.csv") if row["type"] == "Consumption"]
        self._descriptions = [row for row in records(data / "gcp" / "skus.csv") if row["table"] == "service"]

    def price_of(self, line: Line) -> Mapped | str:
        """The prices a line is about, or why there is none."""
        key = line.what
        found = self._answers.get(key)
        if found is None:
            if len(self._answers) >= _MOST_ANSWERS:
                self._answers.clear()
            found = self._answers[key] = self._price_of(line)
        return found

    def _price_of(self, line: Line) -> Mapped | str:
        if not line.provider:
            return "no prices of this provider are known"
        region = region_of(line.provider, line.region) if line.region else ""
        if not region:
            return "no region"
        of = {"aws": self._aws, "azure": self._azure, "gcp": self._gcp}
        found = of[line.provider](line, region)
        if isinstance(found, str):
            return found
        keys = tuple(key._replace(sku=name) for key in found.keys if (name := self._name(key)))
        return found._replace(keys=keys) if keys else "no SKU of costlint"

    def _name(self, key: Key) -> str:
        """The SKU as the catalog writes it, "" if it has none like it."""
        if key.provider not in self._known:
            self._known[key.provider] = {name.lower(): name for name in units_by_sku(self._catalog, key.provider)}
        found = self._known[key.provider].get(key.sku.lower(), "")
        return found or (key.sku if self._catalog.price(key.provider, key.region, key.sku, key.unit) else "")

    def _aws(self, line: Line, region: str) -> Mapped | str:
        usage = _PREFIX.sub("", line.usage)
        before, colon, size = usage.partition(":")
        rows = self._exact.get((line.service, usage), [])
        typed = [] if rows else self._typed.get((line.service, f"{before}{colon}"), [])
        fitting = [row for row in (*rows, *typed) if _operates(row["operation"], line.operation)]
        if not fitting:
            return "another operation or platform" if rows or typed else "no SKU of costlint"
        name = line.attributes.get("instance_type") or size
        if typed and size and name.partition(".search")[0] != size.partition(".search")[0] and name != size:
            name = size
        keys = [_aws_key(row, region, name, line) for row in fitting if _sold_by(row["their_unit"], line.unit)]
        found = tuple(dict.fromkeys(key for key in keys if key is not None))
        if not found:
            return "another unit" if not keys else "an engine costlint has no prices of"
        return Mapped(found, float(fitting[0]["per"]))

    def _azure(self, line: Line, region: str) -> Mapped | str:
        for row in self._meters:
            matched = _regex(row["meter"]).search(line.meter) if line.meter else None
            if matched is None or _regex(row["product"]).search(line.product) is None:
                continue
            spot = line.meter.endswith(" Spot")
            if (row["table"] == "spot") != spot:
                continue
            if row["table"] in ("machine", "spot"):
                if not line.machine:
                    return "the size of the machine is not written"
                return Mapped((Key("azure", region, line.machine, "hour", spot=spot),), 1.0)
            return Mapped((Key("azure", region, _filled(row["name"], matched), row["unit"]),), float(row["per"]))
        return "no SKU of costlint"

    def _gcp(self, line: Line, region: str) -> Mapped | str:
        for row in self._descriptions:
            matched = _regex(row["description"]).search(line.meter) if line.meter else None
            if matched is not None:
                return Mapped((Key("gcp", region, _filled(row["name"], matched), row["unit"]),), float(row["per"]))
        if "Instance Core running" in line.meter or "Instance Ram running" in line.meter:
            return "cores and memory are sold apart, costlint prices whole machines"
        return "no SKU of costlint"


def _aws_key(row: dict[str, str], region: str, name: str, line: Line) -> Key | None:
    table = row["table"]
    if table == "service":
        return Key("aws", region, row["name"].replace("{instance_type}", name), row["unit"])
    if table in ("machine", "spot"):
        return Key("aws", region, name, "hour", spot=table == "spot")
    if table == "opensearch":
        return Key("aws", region, name if name.endswith(".search") else f"{name}.search", "hour")
    words = row["name"].split()
    engine = words[0]
    said = (line.attributes.get("database_engine") or line.attributes.get("cache_engine") or "").lower()
    if said and said != engine:
        return None
    if not said and table == "elasticache":
        return None
    deployment = words[1] if len(words) == 3 else ""
    return Key("aws", region, name, "hour", engine, deployment)


def _filled(name: str, matched: re.Match[str]) -> str:
    """A name with the groups of a match in it, in small letters."""
    return _FIELD.sub(lambda field: matched.groupdict().get(field[1]) or "", name).lower()


def _operates(wanted: str, operation: str) -> bool:
    """True if a row is about an operation; where the export has no such column, the usage type must be enough."""
    if wanted.endswith("*"):
        return operation.startswith(wanted[:-1]) and ":0" not in operation
    return not wanted or operation == wanted


def _sold_by(theirs: str, unit: str) -> bool:
    """True for the unit of a row, or where either side names none."""
    return not theirs or not unit or _same_unit(theirs) == _same_unit(unit)


def _same_unit(unit: str) -> str:
    words = {"hours": "hrs", "hour": "hrs", "gb-month": "gb-mo", "gigabyte-months": "gb-mo", "gigabytes": "gb"}
    return words.get(unit.lower(), unit.lower())


@lru_cache(maxsize=256)
def _regex(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
