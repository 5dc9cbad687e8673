"""AWS: the offer files of the Price List Bulk API, one CSV for each offer and region.

    /offers/v1.0/aws/AmazonEC2/current/region_index.json                 → where the current list of a region is
    /savingsPlan/v1.0/aws/AWSComputeSavingsPlan/current/region_index.json  → the same for savings plans

https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-the-aws-price-list-bulk-api-fetching-price-list-files-manually.html
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urljoin

from costlint.catalog.tables import records
from costlint.updating.collecting import Collected, Reserved, discounts, from_json
from costlint.updating.errors import UpdateError
from costlint.updating.kept import Kept
from costlint.updating.requests import Requests

ENDPOINT = "https://pricing.us-east-1.amazonaws.com"
SAVINGS_PLANS = "AWSComputeSavingsPlan"

_PREFIX = re.compile(r"^[A-Z]{2,4}\d*-")
_NEEDED = ("sku", "termtype", "startingrange", "unit", "priceperunit", "currency", "usagetype", "operation")
_PLAN_NEEDED = (
    "discountedrate",
    "currency",
    "discountedservicecode",
    "discountedusagetype",
    "discountedoperation",
    "purchaseoption",
    "leasecontractlength",
    "productfamily",
    "discountedinstancetype",
)
_PLAN_KINDS = {"EC2InstanceSavingsPlans": "standard", "ComputeSavingsPlans": "convertible"}
_LINUX = "RunInstances"
_TERMS = {"1": "1y", "3": "3y", "1yr": "1y", "3yr": "3y"}


class Mapping(NamedTuple):
    """A line of offers.csv: which rows of an offer stand for which price of ours."""

    operation: str
    where: tuple[tuple[str, str], ...]
    table: str
    name: str
    unit: str
    their_unit: str
    per: float


def offers(data: Path) -> list[str]:
    """The offers that can be fetched."""
    return [*dict.fromkeys(row["offer"] for row in records(data / "aws" / "offers.csv")), SAVINGS_PLANS]


class Lists:
    """The price lists of AWS. `on_demand` tells what an instance type costs in a region, where the lists at hand do
    not say."""

    def __init__(
        self,
        requests: Requests,
        kept: Kept,
        data: Path,
        on_demand: Callable[[str, str], float | None],
        endpoint: str = ENDPOINT,
    ) -> None:
        self._requests = requests
        self._kept = kept
        self._endpoint = endpoint
        self._on_demand = on_demand
        self._tables = records(data / "aws" / "offers.csv")
        self._indexes: dict[str, dict[str, str]] = {}
        self._machines: dict[tuple[str, str], float] = {}

    def regions(self, offer: str) -> dict[str, str]:
        """The URL of an offer's current list by region. Raises UpdateError."""
        if offer not in self._indexes:
            kind = "savingsPlan" if offer == SAVINGS_PLANS else "offers"
            url = f"{self._endpoint}/{kind}/v1.0/aws/{offer}/current/region_index.json"
            self._indexes[offer] = dict(_listed(self._requests.json(url), url, offer))
        return self._indexes[offer]

    def collect(self, offer: str, region: str, today: str) -> Collected | None:
        """The prices of an offer in a region, None if AWS does not sell it there. Raises UpdateError."""
        url = self.regions(offer).get(region)
        if url is None:
            return None
        kept = self._kept.get(url)
        collected = from_json(kept) if kept is not None else self._fetched(offer, region, url, today)
        self._machines |= {
            (at, name): usd for (table, at, name, _), usd in collected.prices.items() if table == "machine"
        }
        return collected

    def _fetched(self, offer: str, region: str, url: str, today: str) -> Collected:
        name = f"{offer} {region}"
        path = self._requests.file(url, name)
        try:
            with path.open(encoding="utf-8", newline="") as file:
                collected = self._read(offer, region, today, csv.reader(file))
        except (UnicodeDecodeError, csv.Error) as error:
            raise UpdateError(f"the price list {name} cannot be read: {error}") from error
        finally:
            path.unlink(missing_ok=True)
        self._kept.put(url, collected.as_json())
        return collected

    def _read(self, offer: str, region: str, today: str, rows: Iterator[list[str]]) -> Collected:
        told, columns = _head(rows, f"{offer} {region}")
        version = told.get("version", told.get("publicationdate", "of unknown version"))
        text = f"AWS Price List API, {offer} {region}, version {version}"
        collected = Collected(f"{offer}-{region}", text, today)
        if offer == SAVINGS_PLANS:
            self._plans(collected, region, _dicts(rows, columns, _PLAN_NEEDED, offer))
        else:
            self._offer(collected, offer, region, _dicts(rows, columns, _NEEDED, offer))
        if collected.read and not collected.mapped:
            raise UpdateError(
                f"none of the {collected.read:,} rows of {offer} in {region} could be understood; its format may have "
                "changed: look for a newer costlint"
            )
        return collected

    def _offer(self, collected: Collected, offer: str, region: str, rows: Iterator[dict[str, str]]) -> None:
        mappings = self._mappings(offer)
        reserved: list[Reserved] = []
        for row in rows:
            collected.read += 1
            usage = _PREFIX.sub("", row["usagetype"])
            begun = usage.partition(":")[0]
            found = mappings.get(usage) or mappings.get(f"{begun}:*") or ()
            fitting = [one for one in found if _fits(one, row)]
            if not fitting or row["currency"] != "USD":
                collected.unmapped["no name here" if row["currency"] == "USD" else "another currency"] += 1
            elif row["termtype"] == "Reserved":
                one = _reserved(row) if fitting[0].table == "machine" else None
                reserved += [one] if one is not None else []
            elif row["startingrange"] not in ("0", ""):
                collected.unmapped["a further tier"] += 1
            else:
                _take(collected, region, row, fitting)

        def on_demand(name: str) -> float | None:
            return collected.prices.get(("machine", region, name, "hour"))

        collected.commitments += discounts(reserved, on_demand, _family, region)

    def _plans(self, collected: Collected, region: str, rows: Iterator[dict[str, str]]) -> None:
        reserved: list[Reserved] = []
        for row in rows:
            collected.read += 1
            kind = _PLAN_KINDS.get(row["productfamily"])
            term = _TERMS.get(row["leasecontractlength"])
            usage = _PREFIX.sub("", row["discountedusagetype"])
            ours = row["discountedservicecode"] == "AmazonEC2" and row["discountedoperation"] == _LINUX
            if not (kind and term and ours and usage.startswith("BoxUsage:") and row["currency"] == "USD"):
                collected.unmapped["no name here"] += 1
                continue
            name = row["discountedinstancetype"] or usage.partition(":")[2]
            reserved.append((name, kind, term, row["purchaseoption"].lower(), _amount(row["discountedrate"])))

        def on_demand(name: str) -> float | None:
            return self._machines.get((region, name)) or self._on_demand(region, name)

        without_upfront = [one for one in reserved if one[3] == "no upfront"]
        collected.commitments += discounts(without_upfront, on_demand, _family, region)

    def _mappings(self, offer: str) -> dict[str, list[Mapping]]:
        found: dict[str, list[Mapping]] = {}
        for row in self._tables:
            if row["offer"] == offer:
                found.setdefault(row["usage"], []).append(_mapping(row))
        return found


def _mapping(row: dict[str, str]) -> Mapping:
    conditions = (part.partition("=") for part in row["where"].split(";") if part)
    where = tuple((_plain(column), value) for column, _, value in conditions)
    per = float(row["per"])
    return Mapping(row["operation"], where, row["table"], row["name"], row["unit"], row["their_unit"], per)


def _listed(index: Any, url: str, offer: str) -> Iterator[tuple[str, str]]:
    """Region and URL of each list an index names. Raises UpdateError."""
    try:
        entries = index["regions"]
        entries = entries.values() if isinstance(entries, dict) else entries
        for entry in entries:
            path = entry.get("currentVersionUrl") or entry["versionUrl"]
            yield entry["regionCode"], urljoin(url, re.sub(r"\.json$", ".csv", path))
    except (KeyError, TypeError, AttributeError):
        raise UpdateError(f"the index of {offer} is not what AWS documents; look for a newer costlint") from None


def _head(rows: Iterator[list[str]], name: str) -> tuple[dict[str, str], list[str]]:
    """What stands before the table, and its columns. Raises UpdateError."""
    told: dict[str, str] = {}
    for row in rows:
        if row and row[0] == "SKU":
            return told, [_plain(column) for column in row]
        if len(row) == 2:
            told[_plain(row[0])] = row[1]
        if len(told) > 50:
            break
    raise UpdateError(f"the price list {name} has no table; its format may have changed: look for a newer costlint")


def _dicts(
    rows: Iterator[list[str]], columns: list[str], needed: tuple[str, ...], offer: str
) -> Iterator[dict[str, str]]:
    missing = [column for column in needed if column not in columns]
    if missing:
        raise UpdateError(
            f"the price list of {offer} has no column {missing[0]}; its format has changed: look for a newer costlint"
        )
    for row in rows:
        if len(row) != len(columns):
            raise UpdateError(f"the price list of {offer} has a row with {len(row)} of {len(columns)} fields")
        yield dict(zip(columns, row, strict=True))


def _fits(one: Mapping, row: dict[str, str]) -> bool:
    operation = not one.operation or row["operation"] == one.operation
    return operation and all(row.get(column) == value for column, value in one.where)


def _take(collected: Collected, region: str, row: dict[str, str], fitting: list[Mapping]) -> None:
    known = [one for one in fitting if one.their_unit.lower() == row["unit"].lower()]
    if not known:
        collected.unmapped[f"per {row['unit']} instead of {fitting[0].their_unit}"] += 1
    for one in known:
        name = one.name.replace("{instance_type}", row.get("instancetype", ""))
        collected.add(one.table, region, name, one.unit, _amount(row["priceperunit"]) / one.per)


def _reserved(row: dict[str, str]) -> Reserved | None:
    """A reserved price without anything to be paid up front; others have two parts that do not compare."""
    term = _TERMS.get(row.get("leasecontractlength", ""))
    kind = row.get("offeringclass", "").lower()
    payment = row.get("purchaseoption", "").lower()
    if term is None or kind not in ("standard", "convertible") or payment != "no upfront" or row["unit"] != "Hrs":
        return None
    return row["instancetype"], kind, term, payment, _amount(row["priceperunit"])


def _amount(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise UpdateError(f'"{text}" stands where a price should; the format may have changed') from None


def _family(name: str) -> str:
    return name.partition(".")[0]


def _plain(column: str) -> str:
    return re.sub(r"[^a-z]", "", column.lower())
