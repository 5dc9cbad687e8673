"""Which machines hold a model and are fast enough, and what each costs: a search over what clouds sell."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple, TypeAlias

from costlint.catalog import Catalog, Price, Shape
from costlint.catalog.quotes import commitments_for, committed, terms
from costlint.sizing.architectures import is_new
from costlint.sizing.costs import UnitCost, unit_cost
from costlint.sizing.devices import Device, device
from costlint.sizing.engines import Engine
from costlint.sizing.formats import Format, support, weight_format
from costlint.sizing.memory import Fit, Load, Placement, fit, placements
from costlint.sizing.models import Model
from costlint.sizing.tables import constant
from costlint.sizing.throughput import Throughput, Traffic, throughput

Purchase = Literal["on-demand", "spot", "1y", "3y"]

_Judged: TypeAlias = tuple[Placement, Fit, Throughput | None]
_Quote: TypeAlias = tuple[Price, str]
_Kind: TypeAlias = tuple[str, float, float | None, str, int]
_Found: TypeAlias = tuple[float, Shape, _Quote, Format | None, _Judged]


class Demand(NamedTuple):
    """What is wanted of a configuration.

    `load.held` requests of `load.length` tokens fit at a time. Each of `replicas` copies of the model gives at least
    `answer` tokens a second (None: as many as it gives) for this `traffic`, with `batch` requests at a time (None: as
    many as memory and engine allow). Weights are in one of `forms` (None: the model's own format). `places` are
    provider and region; bought in one of the `purchases`. `accelerators` empty: any. Of models that write no text, a
    copy gets at least `tflops` (16-bit) instead: what they take is multiplied through once. Hosts have one of the
    `archs` (empty: any): images of most engines are for x86-64 alone. Where the image is given, accelerators are of
    one of the `vendors` (empty: any), and of architectures newer than most images only those in `new_architectures`
    (None: any).
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
    batch: int | None = None
    tflops: float = 0.0
    archs: tuple[str, ...] = ("x86_64",)
    vendors: tuple[str, ...] = ()
    new_architectures: frozenset[str] | None = None


class Option(NamedTuple):
    """A configuration that does: `machines` of a shape, each with as many copies of the model as it has room for.

    `monthly` is USD for all machines; `given` and `cost` are of one copy, None for models that write no text.
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
    given: Throughput | None
    cost: UnitCost | None
    fit: Fit

    @property
    def speed(self) -> float:
        """What options for one model are compared by: answer tokens a second of one copy; for models that write no
        text, TFLOPS."""
        return self.given.answer if self.given is not None else compute(self.placement)


class Advisor:
    """Searches a catalog; what a region sells is looked up once."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._sold: dict[tuple[str, str], tuple[Shape, ...]] = {}
        self._quotes: dict[tuple[str, str, str, Purchase], _Quote | None] = {}

    def options(self, demand: Demand) -> list[Option]:
        """Every configuration that does, cheapest first; of machines with the same accelerators in a region only the
        cheapest. Nothing that fits narrowly, in a format its accelerator lacks, or that a region is known not to offer;
        nothing for models that make images, whose memory is not known.
        """
        if demand.model.kind == "image":
            return []
        found: list[Option] = []
        judged: dict[_Kind, _Judged | None] = {}
        for place in demand.places:
            for purchase in demand.purchases:
                cheapest: dict[tuple[str, float, str], list[_Found]] = {}
                for shape in self._asked(demand, place):
                    quote = self._quote(shape, purchase)
                    if quote is None:
                        continue
                    for form, way in self._held(demand, shape, judged):
                        monthly = _machines(demand, shape, way) * quote[0].amount * self._catalog.hours_per_month
                        key = (shape.gpu_model, shape.gpu_count or 0, form.name if form else "")
                        _keep(cheapest.setdefault(key, []), (monthly, shape, quote, form, way))
                found += (self._option(demand, purchase, *one) for alike in cheapest.values() for one in alike)
        found.sort(key=lambda one: (one.monthly, -one.speed, one.shape.provider, one.shape.region, one.shape.name))
        return found

    def machines(self, demand: Demand) -> Iterator[tuple[Shape, Device]]:
        """Every machine a demand may choose from, with one of its accelerators: sold at its places as it is to be
        bought, with one of its accelerators, of which enough is known."""
        for place in demand.places:
            for shape in self._asked(demand, place):
                if any(self._quote(shape, purchase) for purchase in demand.purchases):
                    part = self._part(shape)
                    if part is not None:
                        yield shape, part

    def _held(
        self, demand: Demand, shape: Shape, judged: dict[_Kind, _Judged | None]
    ) -> Iterator[tuple[Format | None, _Judged]]:
        """The ways a machine holds the model, by format and accelerators used; those that are alike are judged once."""
        part = self._part(shape)
        if part is None:
            return
        most = max(int(shape.gpu_count or 0), 1) if demand.model.generates else 1
        for form in demand.forms:
            count = 1
            while count <= most:
                key = (
                    shape.gpu_model,
                    min(shape.gpu_count or 0, 1),
                    shape.gpu_memory_gib,
                    form.name if form else "",
                    count,
                )
                if key not in judged:
                    judged[key] = _judge(demand, part, count, form)
                way = judged[key]
                if way is not None:
                    yield form, way
                count *= 2

    def _part(self, shape: Shape) -> Device | None:
        """One accelerator of a machine, or the part of one it has; None if too little is known of it."""
        accelerator, count = self._catalog.accelerator(shape.gpu_model), shape.gpu_count
        if accelerator is None or accelerator.confidence == "low" or not count or (count > 1 and count % 1):
            return None
        part = device(accelerator, min(count, 1.0))
        stated = shape.gpu_memory_gib
        return part._replace(memory_gib=min(part.memory_gib, stated)) if stated else part

    def _option(
        self,
        demand: Demand,
        purchase: Purchase,
        monthly: float,
        shape: Shape,
        quote: _Quote,
        form: Format | None,
        best: _Judged,
    ) -> Option:
        placement, held, given = best
        machines = _machines(demand, shape, best)
        return Option(
            shape=shape,
            form=form,
            placement=placement,
            machines=machines,
            copies=_copies(demand, shape, placement),
            purchase=purchase,
            terms=quote[1],
            price=quote[0],
            monthly=monthly,
            given=given,
            cost=unit_cost(machines * quote[0].amount / demand.replicas, given, demand.traffic) if given else None,
            fit=held,
        )

    def _asked(self, demand: Demand, place: tuple[str, str]) -> Iterator[Shape]:
        for shape in self._shapes(place):
            named = not demand.accelerators or shape.gpu_model in demand.accelerators
            if named and (not demand.archs or shape.arch in demand.archs) and self._runs(demand, shape.gpu_model):
                yield shape

    def _runs(self, demand: Demand, model: str) -> bool:
        """Whether the image that is given runs on an accelerator; True where none is given."""
        accelerator, ready = self._catalog.accelerator(model), demand.new_architectures
        if accelerator is None or (demand.vendors and accelerator.vendor not in demand.vendors):
            return False
        return ready is None or not is_new(accelerator) or accelerator.architecture in ready

    def _shapes(self, place: tuple[str, str]) -> tuple[Shape, ...]:
        """Machines with accelerators that a region has, as far as anybody says."""
        if place not in self._sold:
            provider, region = place
            sold = self._catalog.shapes(provider, region)
            names = (name for name, size in self._catalog.sizes(provider).items() if size[3] and float(size[2] or 0))
            shapes = (sold.get(name) for name in names)
            self._sold[place] = tuple(shape for shape in shapes if shape is not None and shape.offered is not False)
        return self._sold[place]

    def _quote(self, shape: Shape, purchase: Purchase) -> _Quote | None:
        key = (shape.provider, shape.region, shape.name, purchase)
        if key not in self._quotes:
            self._quotes[key] = self._bought(shape, purchase)
        return self._quotes[key]

    def _bought(self, shape: Shape, purchase: Purchase) -> _Quote | None:
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
    for option in sorted(options, key=lambda one: (one.monthly, -one.speed)):
        if not found or option.speed > found[-1].speed:
            found.append(option)
    return found


def compute(placement: Placement) -> float:
    """TFLOPS at 16 bits of the devices of a placement, 0 where nobody states them."""
    device = placement.device
    return (device.accelerator.fp16_tflops or 0.0) * device.compute_share * placement.devices


def formats_for(model: Model, wanted: Iterable[str]) -> tuple[Format | None, ...]:
    """The formats of these names that make a model's weights smaller than they are, and its own."""
    native = weight_format(model.dtype)
    found: dict[str, Format | None] = {native.name if native else "": None}
    for name in wanted:
        form = weight_format(name)
        if form is not None and (native is None or form.bits < native.bits):
            found.setdefault(form.name, form)
    return tuple(found.values())


def _copies(demand: Demand, shape: Shape, placement: Placement) -> int:
    """Copies of the model one machine runs."""
    return min(max(int(shape.gpu_count or 1), 1) // placement.devices, demand.replicas)


def _machines(demand: Demand, shape: Shape, best: _Judged) -> int:
    return math.ceil(demand.replicas / _copies(demand, shape, best[0]))


def _keep(alike: list[_Found], new: _Found) -> None:
    """Adds one to those found on machines alike, unless another is as cheap and as fast; drops those it beats."""
    if any(one[0] <= new[0] and _speed(one[4]) >= _speed(new[4]) for one in alike):
        return
    alike[:] = [one for one in alike if one[0] < new[0] or _speed(one[4]) > _speed(new[4])]
    alike.append(new)


def _speed(way: _Judged) -> float:
    return way[2].answer if way[2] is not None else compute(way[0])


def _judge(demand: Demand, part: Device, count: int, form: Format | None) -> _Judged | None:
    """How so many devices hold the model and are fast enough, tensor parallelism first; None if they do not."""
    load = demand.load._replace(form=form)
    written = form or weight_format(demand.model.dtype)
    if written is None or support(written, part.accelerator) in (None, "no"):
        return None
    for placement in placements(demand.model, part, count):
        held = fit(demand.model, load, placement, demand.engine)
        if not held.fits or held.headroom_gib < constant("advice.spare-share") * held.usable_gib:
            continue
        if not demand.model.generates:
            if compute(placement) >= demand.tflops:
                return placement, held, None
            continue
        given = throughput(demand.model, load, placement, demand.engine, demand.traffic, demand.batch)
        if given is not None and given.answer >= (demand.answer or 0.0):
            return placement, held, given
    return None
