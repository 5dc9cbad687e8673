"""What `costlint size` answers: the configurations that hold a model, the few worth looking at, and what to hold them
against."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from costlint.catalog import Benchmark, Catalog
from costlint.model import Money
from costlint.sizing.advisor import Advisor, Demand, Option, formats_for, pareto
from costlint.sizing.caching import FP8, keeps_fp8
from costlint.sizing.costs import TokenPrice, UnitCost, reference_ranges, similar_prices
from costlint.sizing.formats import kv_bytes, weight_format
from costlint.sizing.models import Models
from costlint.sizing.names import Named
from costlint.sizing.refusing import Reason, why_nothing
from costlint.sizing.tables import rows
from costlint.sizing.throughput import Traffic


class Recommendation(Struct, frozen=True):
    """`options` are all that do, cheapest first; `shown` those that are faster than every cheaper one, and the cheapest
    of every provider. `why_none` is a clause where there are none; `unknown`: that cannot be told. `prices` are what
    managed APIs ask for the model or similar ones, `ranges` the mission's benchmarks. `smaller`: the cheapest with
    weights stored smaller, where nobody asked for that and it costs less; `compact`: the same with an FP8 KV cache, the
    weights as they were asked for."""

    named: Named
    demand: Demand
    options: tuple[Option, ...]
    shown: tuple[Option, ...]
    prices: tuple[TokenPrice, ...]
    ranges: tuple[Benchmark, ...]
    why_none: str = ""
    unknown: bool = False
    smaller: Option | None = None
    compact: Option | None = None


def recommend(advisor: Advisor, catalog: Catalog, models: Models, named: Named, demand: Demand) -> Recommendation:
    """Everything there is to say about a demand for a model, which its name may have said to be quantised."""
    options = advisor.options(demand)
    none = Reason("") if options else why_nothing(advisor, demand)
    return Recommendation(
        named=named,
        demand=demand,
        options=tuple(options),
        shown=tuple(worth_showing(options)),
        prices=similar_prices(demand.model, models),
        ranges=reference_ranges(catalog, demand.model) if demand.model.generates else (),
        why_none=none.text,
        unknown=none.unknown,
        smaller=_smaller(advisor, demand, options),
        compact=_compact(advisor, catalog, demand, options),
    )


def worth_showing(options: Sequence[Option]) -> list[Option]:
    """Those that are faster than every cheaper one, and the cheapest of every provider, cheapest first."""
    best = pareto(options)
    firsts = {one.shape.provider: one for one in reversed(options)}
    ids = {id(one) for one in (*best, *firsts.values())}
    return [one for one in options if id(one) in ids]


def quantisations(engine: str) -> tuple[str, ...]:
    """The formats an engine serves that weights are usually made smaller with."""
    return tuple(row["format"] for row in rows("quantisations") if engine in row["engines"].split())


def quality_of(form: str) -> str:
    """What a format costs in quality, in words; "" where nobody says."""
    return next((row["quality"] for row in rows("quantisations") if row["format"] == form), "")


def request_cost(cost: UnitCost, traffic: Traffic) -> Money:
    """USD of one usual request under full load."""
    return Money(
        *(
            (prompt * traffic.prompt + answer * traffic.answer) / 1e6
            for prompt, answer in zip(cost.prompt, cost.answer, strict=True)
        )
    )


def _smaller(advisor: Advisor, demand: Demand, options: Sequence[Option]) -> Option | None:
    """The cheapest in a smaller format, if it is cheaper than what was asked for and nobody asked for formats."""
    if len(demand.forms) > 1:
        return None
    (asked,) = demand.forms
    written = asked or weight_format(demand.model.dtype)
    forms = [form for form in formats_for(demand.model, quantisations(demand.engine.name)) if form is not None]
    forms = [form for form in forms if written is not None and form.bits < written.bits]
    if not forms or written is None or written.bits < 16:
        return None
    found = advisor.options(demand._replace(forms=tuple(forms)))
    if not found or (options and found[0].monthly >= options[0].monthly):
        return None
    return found[0]


def _compact(advisor: Advisor, catalog: Catalog, demand: Demand, options: Sequence[Option]) -> Option | None:
    """The cheapest with an FP8 KV cache, if it is cheaper than what was asked for (or nothing does) and nobody said how
    the cache is kept."""
    if demand.load.kv_bytes is not None:
        return None
    able = (one.model for one in catalog.accelerators() if keeps_fp8(demand.model, demand.engine, one))
    names = tuple(name for name in able if not demand.accelerators or name in demand.accelerators)
    if not names:
        return None
    found = advisor.options(demand._replace(load=demand.load._replace(kv_bytes=kv_bytes(FP8)), accelerators=names))
    if not found or (options and found[0].monthly >= options[0].monthly):
        return None
    return found[0]
