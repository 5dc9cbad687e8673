"""Azure: the Retail Prices API, page by page. No account is needed.

https://learn.microsoft.com/en-us/rest/api/cost-management/retail-prices/azure-retail-prices
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from costlint.catalog.tables import records
from costlint.updating.collecting import Collected, Reserved, discounts
from costlint.updating.errors import UpdateError
from costlint.updating.kept import Kept
from costlint.updating.limits import MOST_PAGES
from costlint.updating.requests import Requests

ENDPOINT = "https://prices.azure.com"

_VERSION = "2023-01-01-preview"
_TERMS = {"1 Year": ("1y", 1), "3 Years": ("3y", 3), "5 Years": ("5y", 5)}
_NEEDED = ("serviceName", "productName", "meterName", "skuName", "type", "unitOfMeasure", "retailPrice", "currencyCode")


class Meter(NamedTuple):
    """A line of meters.csv: which prices of the list stand for which of ours."""

    service: str
    product: re.Pattern[str]
    meter: re.Pattern[str]
    sku: re.Pattern[str]
    type: str
    table: str
    name: str
    unit: str
    their_unit: str
    per: float

    def named(self, item: dict[str, Any]) -> dict[str, str] | None:
        """The parts of the meter's name our name is made of, None if this is another price."""
        if self.service != item["serviceName"] or self.type != item["type"]:
            return None
        found = self.meter.match(item["meterName"])
        if found is None or not self.product.match(item["productName"]) or not self.sku.match(item["skuName"]):
            return None
        return {key: value.lower() for key, value in found.groupdict().items()}


def services(data: Path) -> list[str]:
    """The services that can be fetched."""
    return list(dict.fromkeys(row["service"] for row in records(data / "azure" / "meters.csv")))


class Lists:
    """The retail prices of Azure. `family_of` names the family of a size; `year` is how many hours a year has."""

    def __init__(
        self,
        requests: Requests,
        kept: Kept,
        data: Path,
        family_of: Callable[[str], str],
        year: float,
        endpoint: str = ENDPOINT,
    ) -> None:
        self._requests = requests
        self._kept = kept
        self._endpoint = endpoint
        self._family_of = family_of
        self._year = year
        self._meters = [_meter(row) for row in records(data / "azure" / "meters.csv")]

    def collect(self, service: str, region: str, today: str) -> Collected | None:
        """The prices of a service in a region, None if nothing is sold there. Raises UpdateError."""
        text = f"Azure Retail Prices API, {service} {region}, read {today}"
        collected = Collected(f"{service.replace(' ', '')}-{region}", text, today)
        reserved: list[Reserved] = []
        for item in self._items(service, region):
            collected.read += 1
            self._take(collected, reserved, region, item)

        def on_demand(name: str) -> float | None:
            return collected.prices.get(("machine", region, name, "hour"))

        collected.commitments += discounts(reserved, on_demand, self._family_of, region)
        if collected.read and not collected.mapped:
            raise UpdateError(
                f"none of the {collected.read:,} prices of {service} in {region} could be understood; the format may "
                "have changed: look for a newer costlint"
            )
        return collected if collected.read else None

    def _items(self, service: str, region: str) -> Iterator[dict[str, Any]]:
        wanted = f"serviceName eq '{service}' and armRegionName eq '{region}'"
        query = urlencode({"api-version": _VERSION, "currencyCode": "USD", "$filter": wanted})
        url: str | None = f"{self._endpoint}/api/retail/prices?{query}"
        for number in range(1, MOST_PAGES + 1):
            if url is None:
                return
            self._requests.tell(f"{service} in {region}, page", number, 0)
            items, following = self._kept.page(url, partial(self._requests.json, url), partial(_page, service))
            yield from items
            url = self._same_place(following, service) if following else None
        raise UpdateError(f"the prices of {service} in {region} have more than {MOST_PAGES:,} pages")

    def _same_place(self, following: str, service: str) -> str:
        """The next page, if it lies where the first one does: an answer must not send us elsewhere."""
        here, there = urlsplit(self._endpoint), urlsplit(following)
        if there.scheme != here.scheme or there.hostname != here.hostname:
            raise UpdateError(f"the prices of {service} go on at {there.hostname}, which is not asked")
        return following

    def _take(self, collected: Collected, reserved: list[Reserved], region: str, item: dict[str, Any]) -> None:
        if item["currencyCode"] != "USD" or item.get("tierMinimumUnits", 0):
            collected.unmapped["another currency" if item["currencyCode"] != "USD" else "a further tier"] += 1
            return
        meter, named = next(
            ((one, named) for one in self._meters if (named := one.named(item)) is not None), (None, {})
        )
        if meter is None:
            collected.unmapped["no name here"] += 1
        elif item["unitOfMeasure"] != meter.their_unit:
            collected.unmapped[f"per {item['unitOfMeasure']} instead of {meter.their_unit}"] += 1
        elif meter.table == "reservation":
            self._reserve(collected, reserved, item, _amount(item["retailPrice"]))
        else:
            name = meter.name.format(arm=item.get("armSkuName") or "", **named)
            collected.add(meter.table, region, name, meter.unit, _amount(item["retailPrice"]) / meter.per)

    def _reserve(self, collected: Collected, reserved: list[Reserved], item: dict[str, Any], amount: float) -> None:
        """A reservation's price is that of the whole term."""
        term, years = _TERMS.get(item.get("reservationTerm") or "", ("", 0))
        name = item.get("armSkuName") or ""
        if not years or not name:
            collected.unmapped["a reservation of another kind"] += 1
            return
        reserved.append((name, "reservation", term, "all upfront or monthly", amount / (years * self._year)))


def _meter(row: dict[str, str]) -> Meter:
    product, meter, sku = (re.compile(row[column], re.IGNORECASE) for column in ("product", "meter", "sku"))
    names = row["table"], row["name"], row["unit"], row["their_unit"]
    return Meter(row["service"], product, meter, sku, row["type"], *names, float(row["per"]))


def _page(service: str, page: Any) -> tuple[list[dict[str, Any]], str | None]:
    """The prices of a page and where the next one is. Raises UpdateError."""
    try:
        items, following = page["Items"], page.get("NextPageLink")
        missing = next((key for item in items for key in _NEEDED if key not in item), None)
        if missing is None:
            return items, following
    except (KeyError, TypeError, AttributeError):
        missing = "Items"
    raise UpdateError(
        f"the prices of {service} come without {missing}; the format has changed: look for a newer costlint"
    )


def _amount(value: object) -> float:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise UpdateError(f"{value!r} stands where a price should; the format may have changed")
    return float(value)
