"""Google Cloud: the Cloud Billing Catalog, page by page, with an API key of your own (COSTLINT_GOOGLE_API_KEY).

Google prices vCPUs, memory and GPUs; what a machine type costs is their sum, for the types composed.csv names.
https://cloud.google.com/billing/docs/reference/rest/v1/services.skus/list
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

from costlint.catalog.tables import records
from costlint.updating.collecting import Collected
from costlint.updating.errors import UpdateError
from costlint.updating.kept import Kept
from costlint.updating.limits import MOST_PAGES
from costlint.updating.requests import Requests

ENDPOINT = "https://cloudbilling.googleapis.com"

_PARTS = ("core", "ram", "gpu", "spot-core", "spot-ram", "spot-gpu", "commit-1y", "commit-3y")


class Held(NamedTuple):
    """What a machine type holds, memory in GiB."""

    name: str
    vcpu: float
    memory: float
    gpus: float
    model: str


def services(data: Path) -> list[str]:
    """The services that can be fetched, by their ids."""
    return list(dict.fromkeys(row["service"] for row in records(data / "gcp" / "skus.csv")))


class Lists:
    """The SKUs of Google Cloud. `machines` are the machine types known in a region."""

    def __init__(
        self,
        requests: Requests,
        kept: Kept,
        data: Path,
        machines: Callable[[str], Iterator[Held]],
        key: str,
        endpoint: str = ENDPOINT,
    ) -> None:
        self._requests = requests
        self._kept = kept
        self._endpoint = endpoint
        self._machines = machines
        self._key = key
        self._skus = [(row, re.compile(row["description"])) for row in records(data / "gcp" / "skus.csv")]
        composed = records(data / "gcp" / "composed.csv")
        self._composed = [(re.compile(row["machine"]), row["series"], row["family"]) for row in composed]

    def collect(self, service: str, regions: Callable[[str], bool], today: str) -> list[Collected]:
        """The prices of a service in the regions wanted, one collection each. Raises UpdateError."""
        found: dict[str, Collected] = {}
        parts: dict[tuple[str, str, str], float] = {}
        for sku in self._pages(service):
            for region in filter(regions, sku["serviceRegions"]):
                text = f"Google Cloud Billing Catalog, {region}, read {today}"
                collected = found.setdefault(region, Collected(f"{service}-{region}", text, today))
                collected.read += 1
                self._take(collected, parts, service, region, sku)
        for region, collected in found.items():
            self._compose(collected, parts, region)
        if found and not any(collected.mapped for collected in found.values()):
            raise UpdateError(
                f"none of the SKUs of service {service} could be understood; their names may have changed: look for a "
                "newer costlint"
            )
        return [found[region] for region in sorted(found)]

    def _pages(self, service: str) -> Iterator[dict[str, Any]]:
        token = ""
        for number in range(1, MOST_PAGES + 1):
            self._requests.tell(f"service {service}, page", number, 0)
            query = urlencode({"currencyCode": "USD", "pageSize": 5000, **({"pageToken": token} if token else {})})
            url = f"{self._endpoint}/v1/services/{service}/skus?{query}"
            ask = partial(self._requests.json, url, {"X-Goog-Api-Key": self._key})
            skus, following = self._kept.page(url, ask, partial(_page, service))
            yield from skus
            if not following:
                return
            token = following
        raise UpdateError(f"service {service} has more than {MOST_PAGES:,} pages of SKUs")

    def _take(
        self,
        collected: Collected,
        parts: dict[tuple[str, str, str], float],
        service: str,
        region: str,
        sku: dict[str, Any],
    ) -> None:
        for row, description in self._skus:
            if row["service"] != service or row["usage"] != sku["category"]["usageType"]:
                continue
            found = description.match(sku["description"])
            if found is None:
                continue
            unit, amount = _price(sku)
            if unit != row["their_unit"]:
                collected.unmapped[f"per {unit} instead of {row['their_unit']}"] += 1
                return
            name = row["name"].format(**{key: value.lower() for key, value in found.groupdict().items()})
            if row["table"] in _PARTS:
                parts[region, row["table"], name] = amount
            else:
                collected.add(row["table"], region, name, row["unit"], amount / float(row["per"]))
            return
        collected.unmapped["no name here"] += 1

    def _compose(self, collected: Collected, parts: dict[tuple[str, str, str], float], region: str) -> None:
        for held in self._machines(region):
            series = next((series for machine, series, _ in self._composed if machine.match(held.name)), None)
            if series is None:
                continue
            for table, spot in (("machine", ""), ("spot", "spot-")):
                core, ram = (parts.get((region, f"{spot}{part}", series)) for part in ("core", "ram"))
                gpu = parts.get((region, f"{spot}gpu", held.model)) if held.gpus else 0.0
                if core is not None and ram is not None and gpu is not None:
                    amount = held.vcpu * core + held.memory * ram + held.gpus * gpu
                    collected.add(table, region, held.name, "hour", amount)
        for family in dict.fromkeys(family for _, _, family in self._composed):
            core = parts.get((region, "core", family))
            for term in ("1y", "3y"):
                less = parts.get((region, f"commit-{term}", family))
                if core and less and less < core:
                    percent = f"{round((1 - less / core) * 100, 1):g}"
                    collected.commitments.append((region, family, "cud", term, "monthly", percent, percent, percent))


def _page(service: str, page: Any) -> tuple[list[dict[str, Any]], str]:
    """The SKUs of a page and the token of the next one. Raises UpdateError."""
    try:
        skus = page["skus"]
        for sku in skus:
            _ = sku["description"], sku["category"]["usageType"], sku["serviceRegions"], sku["pricingInfo"]
        return skus, page.get("nextPageToken") or ""
    except (KeyError, TypeError, AttributeError):
        raise UpdateError(
            f"the SKUs of service {service} are not what Google documents; look for a newer costlint"
        ) from None


def _price(sku: dict[str, Any]) -> tuple[str, float]:
    """Unit and USD of the first tier that costs something (free tiers come first). Raises UpdateError."""
    try:
        expression = sku["pricingInfo"][0]["pricingExpression"]
        amounts = [
            int(rate["unitPrice"].get("units") or 0) + rate["unitPrice"].get("nanos", 0) / 1e9
            for rate in expression["tieredRates"]
        ]
        return expression["usageUnit"], next((amount for amount in amounts if amount > 0), 0.0)
    except (KeyError, IndexError, TypeError, ValueError):
        raise UpdateError(
            f"the price of {sku['description']} is not what Google documents; look for a newer costlint"
        ) from None
