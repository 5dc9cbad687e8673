"""What a token costs: a server's price over what it gives, beside what managed APIs ask for the same model."""

from __future__ import annotations

import math
from functools import cache
from typing import NamedTuple

from costlint.catalog import Benchmark, Catalog
from costlint.model import Money
from costlint.sizing.models import Model, Models
from costlint.sizing.tables import constant, rows
from costlint.sizing.throughput import Throughput, Traffic

_MILLION = 1e6


class UnitCost(NamedTuple):
    """USD per million tokens of prompts and of answers, under full load; as bands of the throughput's error."""

    prompt: Money
    answer: Money


class TokenPrice(NamedTuple):
    """What a managed API asks: USD per million tokens. `answer` None for models that answer nothing."""

    model: str
    provider: str
    prompt: float
    answer: float | None
    source: str
    date: str


def unit_cost(hourly: float, given: Throughput, traffic: Traffic, busy: float = 1.0) -> UnitCost:
    """USD per million tokens of a server that costs `hourly` and is `busy` that share of the time.

    The hour is shared between prompts and answers by the time each takes: a prompt is multiplied through once, an
    answer takes a step per token.
    """
    answering = given.answer * given.per_token / given.batch
    per_second = hourly / 3600 / busy
    answers = per_second * answering / given.answer * _MILLION
    prompts = per_second * (1 - answering) / given.prompt * _MILLION if given.prompt else 0.0
    fast, slow = given.answer / given.high, given.answer / given.low
    return UnitCost(
        Money(prompts * fast, prompts, prompts * slow),
        Money(answers * fast, answers, answers * slow),
    )


def token_prices(model: Model) -> tuple[TokenPrice, ...]:
    """What managed APIs ask for this very model, cheapest answer first."""
    return _prices().get(model.id, ())


def similar_prices(model: Model, models: Models) -> tuple[TokenPrice, ...]:
    """What managed APIs ask for it, else for models of the same kind that pass a token through about as many
    parameters (the nearest few)."""
    own = token_prices(model)
    if own:
        return own
    most = constant("prices.similar-factor")
    near = []
    for other in _prices():
        known = models.get(other)
        if known is not None and known.kind == model.kind and known.is_mixture == model.is_mixture:
            factor = known.active_parameters / model.active_parameters
            factor = max(factor, 1 / factor)
            if factor <= most:
                near.append((factor, other))
    return tuple(price for _, other in sorted(near)[:3] for price in _prices()[other])


def reference_ranges(catalog: Catalog, model: Model) -> tuple[Benchmark, ...]:
    """The mission's ranges per request and per token for a model of about this size (the nearest of 7, 13 and 70
    billion parameters, small, medium and large): beside today's figures, never a verdict."""
    sizes = {row["request"]: (float(row["billions"]), row["token"]) for row in rows("reference_sizes")}
    billions = model.parameters / 1e9
    request = min(sizes, key=lambda key: abs(math.log(billions / sizes[key][0])))
    wanted = (request, sizes[request][1])
    return tuple(one for one in catalog.benchmarks() if one.key in wanted)


@cache
def _prices() -> dict[str, tuple[TokenPrice, ...]]:
    found: dict[str, list[TokenPrice]] = {}
    for row in rows("token_prices"):
        answer = float(row["output"]) if row["output"] else None
        price = TokenPrice(row["id"], row["provider"], float(row["input"]), answer, row["source"], row["date"])
        found.setdefault(row["id"], []).append(price)
    return {
        model: tuple(sorted(prices, key=lambda price: (price.answer or 0.0, price.prompt, price.provider)))
        for model, prices in found.items()
    }
