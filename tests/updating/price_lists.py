"""Small price lists in the shapes AWS, Azure and Google publish, served on the loopback interface."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from loopback import LoopbackServer, Reply, Request


def _columns(line: str) -> list[str]:
    return line.split(",")


COLUMNS = _columns(
    "SKU,OfferTermCode,RateCode,TermType,PriceDescription,EffectiveDate,StartingRange,EndingRange,Unit,PricePerUnit,"
    "Currency,LeaseContractLength,PurchaseOption,OfferingClass,Product Family,serviceCode,Location,Location Type,"
    "Instance Type,Tenancy,Operating System,CapacityStatus,Volume Type,Database Engine,Deployment Option,Cache Engine,"
    "usageType,operation,Region Code"
)
PLAN_COLUMNS = _columns(
    "SKU,RateCode,Unit,EffectiveDate,DiscountedRate,Currency,DiscountedSKU,DiscountedServiceCode,DiscountedUsageType,"
    "DiscountedOperation,PurchaseOption,LeaseContractLength,LeaseContractLengthUnit,ServiceCode,UsageType,Operation,"
    "Description,Instance Family,Location,Location Type,Granularity,Product Family,DiscountedRegionCode,"
    "DiscountedInstanceType"
)


def row(usage: str, price: str, unit: str = "Hrs", **more: str) -> dict[str, str]:
    """A row of an offer file; `more` are columns without spaces and capitals ("instancetype")."""
    plain = {column.replace(" ", "").lower(): column for column in COLUMNS}
    base = {"SKU": "ABC", "TermType": "OnDemand", "StartingRange": "0", "EndingRange": "Inf", "Currency": "USD"}
    return {**base, "usageType": usage, "PricePerUnit": price, "Unit": unit, **{plain[key]: more[key] for key in more}}


def box(name: str, price: str, **more: str) -> dict[str, str]:
    """A Linux instance on demand."""
    how = {"tenancy": "Shared", "capacitystatus": "Used", "operatingsystem": "Linux", "operation": "RunInstances"}
    return row(f"EU-BoxUsage:{name}", price, **{"instancetype": name, **how, **more})


def reserved(name: str, price: str, term: str = "1yr", kind: str = "standard", option: str = "No Upfront") -> Any:
    """The hourly price of a reserved instance."""
    return box(name, price, termtype="Reserved", leasecontractlength=term, offeringclass=kind, purchaseoption=option)


def plan(name: str, rate: str, family: str = "EC2InstanceSavingsPlans", years: str = "1") -> dict[str, str]:
    """A rate of a savings plan."""
    return {
        "DiscountedRate": rate,
        "Currency": "USD",
        "DiscountedServiceCode": "AmazonEC2",
        "DiscountedUsageType": f"EU-BoxUsage:{name}",
        "DiscountedOperation": "RunInstances",
        "PurchaseOption": "No Upfront",
        "LeaseContractLength": years,
        "LeaseContractLengthUnit": "year",
        "Product Family": family,
        "DiscountedInstanceType": name,
    }


def offer_file(offer: str, rows: Iterable[dict[str, str]], columns: list[str] = COLUMNS, version: str = "1") -> bytes:
    """An offer file as CSV, with the lines AWS puts before the table."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(("FormatVersion", "v1.0"))
    writer.writerow(("Disclaimer", "This pricing list is for informational purposes only."))
    writer.writerow(("Publication Date", "2026-11-18T00:00:00Z"))
    writer.writerow(("Version", version))
    writer.writerow(("OfferCode", offer))
    writer.writerow(columns)
    for one in rows:
        writer.writerow([one.get(column, "") for column in columns])
    return buffer.getvalue().encode()


class Amazon:
    """Serves offer files."""

    def __init__(self, server: LoopbackServer) -> None:
        self.server = server

    def serve(self, offer: str, region: str, body: bytes, version: str = "1", **headers: str) -> str:
        """Serve a list; the path it is at."""
        plans = offer == "AWSComputeSavingsPlan"
        folder = f"/{'savingsPlan' if plans else 'offers'}/v1.0/aws/{offer}"
        path = f"{folder}/{version}/{region}/index.csv"
        where = f"{folder}/{version}/{region}/index.json"
        index: Any = {"formatVersion": "v1.0", "publicationDate": "2026-11-18T00:00:00Z"}
        if plans:
            index["regions"] = [{"regionCode": region, "versionUrl": where}]
        else:
            index["regions"] = {region: {"regionCode": region, "currentVersionUrl": where}}
        self.server.routes[f"{folder}/current/region_index.json"] = Reply(body=json.dumps(index).encode())
        self.server.routes[path] = ranged(body, headers)
        return path


def ranged(body: bytes, headers: dict[str, str], cuts: Iterable[int] = ()) -> Any:
    """Answers that give the rest of a file if asked for it, and break off after so many bytes the first times."""
    left = iter(cuts)

    def answer(request: Request) -> Reply:
        begin = request.headers.get("Range", "").removeprefix("bytes=").removesuffix("-")
        at = int(begin) if begin and request.headers.get("If-Range") == headers.get("ETag") else 0
        more = {"Content-Range": f"bytes {at}-{len(body) - 1}/{len(body)}"} if at else {}
        return Reply(206 if at else 200, {**headers, **more}, body[at:], next(left, None))

    return answer


def meter(name: str, price: float, **more: Any) -> dict[str, Any]:
    """An item of the Azure Retail Prices API: a Linux machine unless told otherwise."""
    return {
        "currencyCode": "USD",
        "tierMinimumUnits": 0.0,
        "retailPrice": price,
        "unitPrice": price,
        "armRegionName": "westeurope",
        "location": "EU West",
        "effectiveStartDate": "2026-01-01T00:00:00Z",
        "meterName": name,
        "productName": "Virtual Machines Dsv5 Series",
        "skuName": name,
        "serviceName": "Virtual Machines",
        "serviceFamily": "Compute",
        "unitOfMeasure": "1 Hour",
        "type": "Consumption",
        "isPrimaryMeterRegion": True,
        "armSkuName": f"Standard_{name.removesuffix(' Spot').replace(' ', '_')}",
        **more,
    }


def disk(tier: str, price: float, **more: Any) -> dict[str, Any]:
    """A managed disk."""
    how = {"productName": "Premium SSD Managed Disks", "skuName": f"{tier} LRS", "serviceName": "Storage"}
    return meter(f"{tier} LRS Disk", price, **{**how, "unitOfMeasure": "1/Month", "armSkuName": "", **more})


class Microsoft:
    """Serves the pages of one service after the other; `odd` replaces the answer to the n-th request."""

    def __init__(self, server: LoopbackServer, **pages: list[list[dict[str, Any]]]) -> None:
        self.server = server
        self.pages = {name.replace("_", " "): items for name, items in pages.items()}
        self.odd: dict[int, Reply] = {}
        server.routes["/api/retail/prices"] = self.answer

    def answer(self, request: Request) -> Reply:
        query = parse_qs(urlsplit(request.path).query)
        service = query["$filter"][0].split("'")[1]
        at = int(query.get("$skip", ["0"])[0])
        pages = self.pages.get(service, [[]])
        link = f"{self.server.url}{request.path.partition('&$skip')[0]}&$skip={at + 1}" if at + 1 < len(pages) else None
        body = {"BillingCurrency": "USD", "Items": pages[at], "NextPageLink": link, "Count": len(pages[at])}
        return self.odd.pop(len(self.server.requests), Reply(body=json.dumps(body).encode()))


def sku(description: str, nanos: int, unit: str = "h", usage: str = "OnDemand", regions: Any = ("us-central1",)) -> Any:
    """A SKU of Google's Cloud Billing Catalog."""
    return {
        "name": "services/6F81-5844-456A/skus/0000-0000-0000",
        "description": description,
        "category": {"serviceDisplayName": "Compute Engine", "resourceFamily": "Compute", "usageType": usage},
        "serviceRegions": list(regions),
        "pricingInfo": [
            {
                "pricingExpression": {
                    "usageUnit": unit,
                    "tieredRates": [
                        {"startUsageAmount": 0, "unitPrice": {"currencyCode": "USD", "units": "0", "nanos": nanos}}
                    ],
                },
                "effectiveTime": "2026-11-20T00:00:00Z",
            }
        ],
    }


def serve_google(server: LoopbackServer, pages: list[list[Any]], key: str = "secret-key") -> None:
    """Serve the SKUs of Compute Engine, to those who have the key."""

    def answer(request: Request) -> Reply:
        if request.headers.get("X-Goog-Api-Key", request.headers.get("X-goog-api-key")) != key:
            return Reply(403)
        at = int(parse_qs(urlsplit(request.path).query).get("pageToken", ["0"])[0])
        token = str(at + 1) if at + 1 < len(pages) else ""
        return Reply(body=json.dumps({"skus": pages[at], "nextPageToken": token}).encode())

    server.routes["/v1/services/6F81-5844-456A/skus"] = answer
