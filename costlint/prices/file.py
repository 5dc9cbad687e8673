"""What a price file may hold; its JSON Schema is made from here."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, TypeAlias

import msgspec
from msgspec import Meta, Struct

from costlint.config import Commitment
from costlint.config.sections import Amount, Percentage

ProviderName: TypeAlias = Literal["aws", "gcp", "azure"]


class CurrencySettings(Struct, frozen=True, forbid_unknown_fields=True):
    """The currency reports are in: `rate` units of `code` for one USD on `date`."""

    code: Annotated[str, Meta(description="ISO 4217 code, such as EUR.")]
    rate: Annotated[float, Meta(gt=0, description="Units of this currency for one USD.")]
    date: date


class OwnPrice(Struct, frozen=True, forbid_unknown_fields=True):
    """What you pay for one unit of a SKU, machine type or managed node, before commitments; `effective` with them."""

    provider: ProviderName
    sku: Annotated[str, Meta(description="As costlint names it: ebs.gp3.storage, m5.xlarge, db.m5.large.")]
    price: Annotated[Amount, Meta(description="For one unit, before what commitments take off.")]
    region: Annotated[str, Meta(description="A region or a glob over regions.")] = "*"
    unit: Annotated[str, Meta(description="hour, gb-month …; where absent, whatever the SKU is priced by.")] = ""
    engine: Annotated[str, Meta(description="Of a managed database or cache; a glob.")] = "*"
    deployment: Annotated[str, Meta(description="Of a managed database: single-az, multi-az; a glob.")] = "*"
    spot: Annotated[bool, Meta(description="The spot price of a machine type.")] = False
    list: Annotated[Amount | None, Meta(description="The public list price, where it is not the catalog's.")] = None
    effective: Annotated[Amount | None, Meta(description="What a unit costs with commitments spread over it.")] = None
    currency: Annotated[str, Meta(description="USD, or the currency of this file.")] = "USD"


class Discount(Struct, frozen=True, forbid_unknown_fields=True):
    """A percentage off list prices, for what the other keys name; the most specific discount counts, alone."""

    percent: Percentage
    provider: ProviderName | None = None
    service: Annotated[str, Meta(description="A glob over services: s3, ec2, rds, nat-gateway.")] = "*"
    sku: Annotated[str, Meta(description="A glob over SKUs and machine types: m5.*, ebs.gp3.*.")] = "*"
    region: Annotated[str, Meta(description="A glob over regions: eu-*.")] = "*"


class OnPremises(Struct, frozen=True, forbid_unknown_fields=True):
    """What hardware of your own costs."""

    gpu_hour: Annotated[dict[str, Amount], Meta(description="Price of one accelerator for an hour, by name.")] = {}
    currency: str = "USD"


class PriceFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Your own prices for costlint. Amounts are in USD unless they name the currency of the file."""

    currency: CurrencySettings | None = None
    as_of: Annotated[date | None, Meta(description="The day these prices are of; reports show it beside them.")] = None
    prices: tuple[OwnPrice, ...] = ()
    discounts: tuple[Discount, ...] = ()
    on_premises: OnPremises = OnPremises()
    commitments: Annotated[
        tuple[Commitment, ...], Meta(description="Savings plans, reservations and committed-use discounts you have.")
    ] = ()


def prices_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a price file."""
    schema: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(msgspec.json.schema(PriceFile)))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "costlint prices", **schema}
