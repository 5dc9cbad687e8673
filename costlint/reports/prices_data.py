"""Prices for programs: JSON and CSV, one flat record for each price."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Literal

from costlint.catalog.ageing import Age
from costlint.catalog.comparing import Offer
from costlint.catalog.exporting import Row
from costlint.catalog.facts import Price
from costlint.catalog.quotes import Entry, monthly

Form = Literal["json", "csv"]


def entry_records(entries: Iterable[Entry], hours: float) -> Iterator[dict[str, Any]]:
    """One record for each way to buy a thing."""
    for entry in entries:
        for quote in entry.quotes:
            yield {
                "provider": entry.provider,
                "region": entry.region,
                "name": entry.name,
                "size": entry.size,
                "bought": quote.what,
                **_price(quote.price),
                "monthly_usd": _rounded(monthly(quote.price, hours)),
                "discount_percent": quote.percent,
            }


def offer_records(offers: Iterable[Offer], hours: float) -> Iterator[dict[str, Any]]:
    """One record for each machine and region."""
    for offer in offers:
        shape = offer.shape
        yield {
            "provider": shape.provider,
            "region": shape.region,
            "name": shape.name,
            "bought": offer.bought,
            **_price(offer.price),
            "monthly_usd": _rounded(offer.price.amount * hours),
            "gpu_hour_usd": _rounded(offer.per_gpu),
            "gpus": shape.gpu_count,
            "gpu": shape.gpu_model,
            "gpu_memory_gib": shape.gpu_memory_gib,
            "vram_gib": offer.vram,
            "vcpu": shape.vcpu,
            "memory_gib": shape.memory_gib,
            "arch": shape.arch,
            "offered": shape.offered,
        }


def row_records(rows: Iterable[Row]) -> Iterator[dict[str, Any]]:
    """One record for each row of the catalog."""
    for row in rows:
        yield {
            "provider": row.provider,
            "region": row.region,
            "table": row.table,
            "name": row.name,
            **_price(row.price),
        }


def age_records(ages: Iterable[Age]) -> Iterator[dict[str, Any]]:
    """One record for each table."""
    return (age._asdict() for age in ages)


def written(records: Iterable[dict[str, Any]], form: Form) -> Iterator[str]:
    """The records as a JSON list or as CSV with a head, piece by piece. An empty CSV has no head."""
    if form == "json":
        yield "["
        for number, record in enumerate(records):
            yield f"{',' if number else ''}\n  {json.dumps(record, ensure_ascii=False)}"
        yield "\n]\n"
        return
    import csv
    import io

    for number, record in enumerate(records):
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        if not number:
            writer.writerow(record)
        writer.writerow(_cell(value) for value in record.values())
        yield buffer.getvalue()


def _price(price: Price) -> dict[str, Any]:
    return {
        "unit": price.unit,
        "usd": _rounded(price.amount),
        "inferred": price.inferred,
        "date": price.date,
        "source": price.source,
    }


def _rounded(amount: float | None) -> float | None:
    """Twelve significant digits: what computing adds beyond is noise."""
    return None if amount is None else float(f"{amount:.12g}")


def _cell(value: object) -> object:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else value
