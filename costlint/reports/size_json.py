"""Recommendations for programs: versioned JSON; its schema is published in docs/schema/size.json.

Fields are only ever added within one version. Money is USD.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from msgspec import Meta, Struct

from costlint import __version__
from costlint.model import Money
from costlint.reports.json_text import json_text, schema_of
from costlint.sizing.advisor import Demand, Option
from costlint.sizing.first_token import first_token
from costlint.sizing.recommending import Recommendation
from costlint.sizing.sized import Present, Sized
from costlint.sizing.throughput import Throughput

VERSION = 1


class BandOut(Struct, frozen=True):
    """A figure with the range that holds 80 % of what was measured."""

    low: float
    likely: float
    high: float


class ModelOut(Struct, frozen=True):
    """`found_by`: id, alias, name, or size (the parameter count in the name alone). `format` is its own."""

    id: str
    parameters: float
    active_parameters: float
    format: str
    confidence: str
    found_by: str
    source: str


class PlaceOut(Struct, frozen=True):
    provider: str
    region: str


class DemandOut(Struct, frozen=True):
    """What was asked for. `held` requests of `length` tokens fit in each copy at a time; `batch` null: throughput is
    that of full load. `min_tokens_per_second` null: any speed will do."""

    engine: str
    length: int | None
    held: int
    batch: int | None
    prompt_tokens: int
    answer_tokens: int
    replicas: int
    min_tokens_per_second: float | None
    places: list[PlaceOut]
    purchases: list[str]
    formats: list[str]
    accelerators: list[str]


class ThroughputOut(Struct, frozen=True):
    """Of one copy with `batch` requests at a time; seconds between tokens, and until the first of a prompt that comes
    beside them, computed only. What was measured is `first_token` of an option."""

    tokens_per_second: BandOut
    batch: int
    first_token_seconds: float
    between_tokens_seconds: float


class OptionOut(Struct, frozen=True):
    """A configuration that does. GiB are of each accelerator. `shown`: faster than every cheaper one, or the cheapest
    of its provider. `inferred`: the price is not from a list for this region. `first_token`: seconds until the first
    token of a usual prompt that waits for no other, with the range of all measurements; null where there are none."""

    accelerator: str
    count: int
    tensor_parallel: int
    pipeline_parallel: int
    provider: str
    region: str
    machine: str
    machines: int
    copies_per_machine: int
    purchase: str
    terms: str
    format: str
    needed_gib: float
    usable_gib: float
    headroom_gib: float
    concurrency: int | None
    throughput: ThroughputOut | None
    monthly_usd: float
    usd_per_million_output: BandOut | None
    usd_per_million_input: BandOut | None
    inferred: bool
    price_source: str
    price_date: str
    shown: bool
    first_token: BandOut | None = None


class TodayOut(Struct, frozen=True):
    """A server as it stands. `fits` null: it cannot be told, or `unknown` says what is not known."""

    address: str
    container: str
    stack: str
    file: str
    line: int
    column: int
    replicas: int
    accelerator: str | None
    count: float | None
    machine: str | None
    monthly_usd: float | None
    fits: bool | None
    needed_gib: float | None
    usable_gib: float | None
    throughput: ThroughputOut | None
    unknown: str


class TokenPriceOut(Struct, frozen=True):
    """USD per million tokens a managed API asks, for the same or a similar model."""

    model: str
    provider: str
    input: float
    output: float | None
    source: str
    date: str


class RangeOut(Struct, frozen=True):
    """A reference range of the field, never a verdict."""

    what: str
    low: float
    high: float
    unit: str
    source: str


class SizedOut(Struct, frozen=True):
    """A model or server. `unknown`: why it was not sized; `none`: why nothing that is offered does."""

    name: str
    model: ModelOut | None
    demand: DemandOut | None
    today: TodayOut | None
    options: list[OptionOut]
    cheaper_in_another_format: OptionOut | None
    token_prices: list[TokenPriceOut]
    reference_ranges: list[RangeOut]
    assumed: list[str]
    unknown: str
    none: str
    cheaper_with_fp8_cache: OptionOut | None = None


class SizeOut(Struct, frozen=True):
    """What would hold each model, cheapest first."""

    version: Annotated[int, Meta(ge=VERSION, le=VERSION)]
    costlint: str
    sized: list[SizedOut]


def size_json(sized: Sequence[Sized]) -> str:
    """Every model or server with every configuration that does."""
    out = SizeOut(VERSION, __version__, [_sized(one) for one in sized])
    return json_text(out)


def size_schema() -> dict[str, Any]:
    """The JSON Schema of the output."""
    return schema_of(SizeOut, "costlint size")


def _sized(one: Sized) -> SizedOut:
    found = one.found
    return SizedOut(
        name=one.name,
        model=_model(found) if found else None,
        demand=_demand(found) if found else None,
        today=_today(one.present) if one.present else None,
        options=[_option(option, found) for option in found.options] if found else [],
        cheaper_in_another_format=_option(found.smaller, found) if found and found.smaller else None,
        token_prices=[TokenPriceOut(*price) for price in found.prices] if found else [],
        reference_ranges=[RangeOut(each.what, each.low, each.high, each.unit, each.source) for each in found.ranges]
        if found
        else [],
        assumed=list(one.assumed),
        unknown=one.why or (found.why_none if found and found.unknown else ""),
        none=found.why_none if found and not found.unknown else "",
        cheaper_with_fp8_cache=_option(found.compact, found) if found and found.compact else None,
    )


def _model(found: Recommendation) -> ModelOut:
    model = found.demand.model
    return ModelOut(
        model.id,
        model.parameters,
        model.active_parameters,
        model.dtype,
        model.confidence,
        found.named.how,
        model.source,
    )


def _demand(found: Recommendation) -> DemandOut:
    demand = found.demand
    return DemandOut(
        engine=demand.engine.name,
        length=demand.load.length,
        held=demand.load.held or 1,
        batch=demand.batch,
        prompt_tokens=demand.traffic.prompt,
        answer_tokens=demand.traffic.answer,
        replicas=demand.replicas,
        min_tokens_per_second=_rounded(demand.answer),
        places=[PlaceOut(*place) for place in demand.places],
        purchases=[_bought(purchase) for purchase in demand.purchases],
        formats=[form.name if form else demand.model.dtype for form in demand.forms],
        accelerators=list(demand.accelerators),
    )


def _option(option: Option, found: Recommendation) -> OptionOut:
    held, placed, shape = option.fit, option.placement, option.shape
    return OptionOut(
        accelerator=placed.device.name,
        count=placed.devices,
        tensor_parallel=placed.tensor,
        pipeline_parallel=placed.pipeline,
        provider=shape.provider,
        region=shape.region,
        machine=shape.name,
        machines=option.machines,
        copies_per_machine=option.copies,
        purchase=_bought(option.purchase),
        terms=option.terms,
        format=option.form.name if option.form else found.demand.model.dtype,
        needed_gib=round(held.usable_gib - held.headroom_gib, 3),
        usable_gib=round(held.usable_gib, 3),
        headroom_gib=round(held.headroom_gib, 3),
        concurrency=held.concurrency,
        throughput=_throughput(option.given),
        monthly_usd=round(option.monthly, 2),
        usd_per_million_output=_band(option.cost.answer) if option.cost else None,
        usd_per_million_input=_band(option.cost.prompt) if option.cost else None,
        inferred=option.price.inferred,
        price_source=option.price.source,
        price_date=option.price.date,
        shown=any(option is one for one in found.shown),
        first_token=_first_token(option, found.demand),
    )


def _today(present: Present) -> TodayOut:
    held = present.assessment
    return TodayOut(
        address=present.server.address,
        container=present.container,
        stack=present.stack,
        file=present.span.file,
        line=present.span.line,
        column=present.span.column,
        replicas=present.replicas,
        accelerator=held.placement.device.name if held else None,
        count=held.asked if held else None,
        machine=present.machine,
        monthly_usd=_rounded(present.monthly),
        fits=held.fit.fits if held and not held.fit.close else None,
        needed_gib=round(held.fit.usable_gib - held.fit.headroom_gib, 3) if held else None,
        usable_gib=round(held.fit.usable_gib, 3) if held else None,
        throughput=_throughput(held.given) if held else None,
        unknown=present.why,
    )


def _throughput(given: Throughput | None) -> ThroughputOut | None:
    if given is None:
        return None
    answer = BandOut(round(given.low, 1), round(given.answer, 1), round(given.high, 1))
    return ThroughputOut(answer, given.batch, round(given.first_token, 4), round(given.per_token, 5))


def _first_token(option: Option, demand: Demand) -> BandOut | None:
    load = demand.load._replace(form=option.form)
    found = first_token(demand.model, load, option.placement, demand.traffic)
    return None if found is None else BandOut(*(round(value, 4) for value in found))


def _bought(purchase: str) -> str:
    """As `--purchase` has it."""
    return f"reserved-{purchase}" if purchase in ("1y", "3y") else purchase


def _band(amount: Money) -> BandOut:
    return BandOut(round(amount.low, 4), round(amount.likely, 4), round(amount.high, 4))


def _rounded(amount: float | None) -> float | None:
    return None if amount is None else round(amount, 2)
