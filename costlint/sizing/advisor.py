"""Which machines hold a model and are fast enough, and what each costs: a search over what clouds sell."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from costlint.catalog import Catalog, Price, Shape
from costlint.catalog.quotes import commitments_for, committed, terms
from costlint.sizing.costs import UnitCost, unit_cost
from costlint.sizing.devices import Device, device
from costlint.sizing.engines import Engine
from costlint.sizing.formats import Format, support, weight_format
from costlint.sizing.memory import Fit, Load, Placement, fit, placements
from costlint.sizing.models import Model
from costlint.sizing.tables import constant
from costlint.sizing.throughput import Throughput, Traffic, throughput

Purchase = Literal["on-demand", "spot", "1y", "3y"]


class Demand(NamedTuple):
    """What is wanted of a configuration.

    `load.held` requests of `load.length` tokens fit at a time. Each of `replicas` copies of the model gives at least
    `answer` tokens a second (None: as many as it gives) for this `traffic`. Weights are in one of `forms` (None: the
    model's own format). `places` are provider and region; bought in one of the `purchases`. `accelerators` empty: any.
    """

    model: Model
    load: Load
    traffic: Traffic
    engine: Engine
    places: tuple[tuple[str, str], ...]
    answer: float | None = None
    replicas: int = 1
    forms: tuple[Format | None, ...] = (None,)
    purchases: tuple[Purchase, ...] = ("on-demand",)
    accelerators: tuple[str, ...] = ()


class Option(NamedTuple):
    """A configuration that does: `machines` of a shape, each with as many copies of the model as it has room for.

    `monthly` is USD for all machines; `given` and `cost` are of one copy.
    """

    shape: Shape
    form: Format | None
    placement: Placement
    machines: int
    copies: int
    purchase: Purchase
    terms: str
    price: Price
    monthly: float
    given: Throughput
    cost: UnitCost
    fit: Fit


class Advisor:
    """Searches a catalog; what a region sells is looked up once."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._sold: dict[tuple[str, str], tuple[Shape, ...]] = {}
        self._quotes: dict[tuple[str, str, str, Purchase], tuple[Price, str] | None] = {}

    def options(self, demand: Demand) -> list[Option]:
        """Every configuration that does, cheapest first; of machines with the same accelerators in a region only the
        cheapest. Nothing that fits narrowly, in a format its accelerator lacks, or that a region is known not to offer.
        """
        found: list[Option] = []
        judged: dict[tuple[str, float, float, str], tuple[Placement, Fit, Throughput] | None] = {}
        for place in demand.places:
            for purchase in demand.purchases:
                cheapest: dict[tuple[str, float, str], Option] = {}
                for shape in self._shapes(place):
                    if demand.accelerators and shape.gpu_model not in demand.accelerators:
                        continue
                    quote = self._quote(shape, purchase)
                    if quote is None:
                        continue
                    for option in self._held(demand, shape, quote, purchase, judged):
                        key = (shape.gpu_model, shape.gpu_count or 0, option.form.name if option.form else "")
                        known = cheapest.get(key)
                        if known is None or option.monthly < known.monthly:
                            cheapest[key] = option
                found += cheapest.values()
        found.sort(
            key=lambda one: (one.monthly, -one.given.answer, one.shape.provider, one.shape.region, one.shape.name)
        )
        return found

    def _held(
        self,
        demand: Demand,
        shape: Shape,
        quote: tuple[Price, str],
        purchase: Purchase,
        judged: dict[tuple[str, float, float, str], tuple[Placement, Fit, Throughput] | None],
    ) -> Iterator[Option]:
        accelerator = self._catalog.accelerator(shape.gpu_model)
        if accelerator is None or accelerator.confidence == "low" or not shape.gpu_count:
            return
        whole = int(shape.gpu_count)
        if shape.gpu_count not in (whole, 0) and whole:
            return
        part = device(accelerator, shape.gpu_count if not whole else 1.0)
        if shape.gpu_memory_gib:
            part = part._replace(memory_gib=min(part.memory_gib, shape.gpu_memory_gib))
        for form in demand.forms:
            key = (shape.gpu_model, shape.gpu_count, round(part.memory_gib, 2), form.name if form else "")
            if key not in judged:
                judged[key] = _least(demand, part, max(whole, 1), form)
            best = judged[key]
            if best is None:
                continue
            placement, held, given = best
            copies = min(max(whole, 1) // placement.devices, demand.replicas)
            machines = math.ceil(demand.replicas / copies)
            price = quote[0]
            yield Option(
                shape=shape,
                form=form,
                placement=placement,
                machines=machines,
                copies=copies,
                purchase=purchase,
                terms=quote[1],
                price=price,
                monthly=machines * price.amount * self._catalog.hours_per_month,
                given=given,
                cost=unit_cost(machines * price.amount / demand.replicas, given, demand.traffic),
                fit=held,
            )

    def _shapes(self, place: tuple[str, str]) -> tuple[Shape, ...]:
        """Machines with accelerators that a region has, as far as anybody says."""
        if place not in self._sold:
            provider, region = place
            sold = self._catalog.shapes(provider, region)
            names = (name for name, size in self._catalog.sizes(provider).items() if size[3] and float(size[2] or 0))
            shapes = (sold.get(name) for name in names)
            self._sold[place] = tuple(shape for shape in shapes if shape is not None and shape.offered is not False)
        return self._sold[place]

    def _quote(self, shape: Shape, purchase: Purchase) -> tuple[Price, str] | None:
        key = (shape.provider, shape.region, shape.name, purchase)
        if key not in self._quotes:
            self._quotes[key] = self._bought(shape, purchase)
        return self._quotes[key]

    def _bought(self, shape: Shape, purchase: Purchase) -> tuple[Price, str] | None:
        if purchase == "spot":
            return (shape.spot, "spot") if shape.spot is not None else None
        if shape.on_demand is None:
            return None
        if purchase == "on-demand":
            return shape.on_demand, "on-demand"
        known = commitments_for(self._catalog, shape.provider, shape.region, shape.name)
        best = max((one for one in known if one.term == purchase), key=lambda one: one.percent, default=None)
        return None if best is None else (committed(shape.on_demand, best), terms(best))


def pareto(options: Sequence[Option]) -> list[Option]:
    """Those of the options, cheapest first, that are faster than every cheaper one."""
    found: list[Option] = []
    for option in sorted(options, key=lambda one: (one.monthly, -one.given.answer)):
        if not found or option.given.answer > found[-1].given.answer:
            found.append(option)
    return found


def formats_for(model: Model, wanted: Iterable[str]) -> tuple[Format | None, ...]:
    """The formats of these names that make a model's weights smaller than they are, and its own."""
    native = weight_format(model.dtype)
    found: dict[str, Format | None] = {native.name if native else "": None}
    for name in wanted:
        form = weight_format(name)
        if form is not None and (native is None or form.bits < native.bits):
            found.setdefault(form.name, form)
    return tuple(found.values())


def _least(demand: Demand, part: Device, most: int, form: Format | None) -> tuple[Placement, Fit, Throughput] | None:
    """The fewest devices of a machine that hold the model and are fast enough, and how: tensor parallelism first."""
    load = demand.load._replace(form=form)
    written = form or weight_format(demand.model.dtype)
    if written is None or support(written, part.accelerator) in (None, "no"):
        return None
    count = 1
    while count <= most:
        for placement in placements(demand.model, part, count):
            held = fit(demand.model, load, placement, demand.engine)
            if not held.fits or held.headroom_gib < constant("advice.spare-share") * held.usable_gib:
                continue
            given = throughput(demand.model, load, placement, demand.engine, demand.traffic)
            if given is not None and given.answer >= (demand.answer or 0.0):
                return placement, held, given
        count *= 2
    return None
