"""The catalog with your prices over it: every look-up of a price goes through here, before and after a change.

Of your own prices the one for the most specific region counts. Where there is none, one discount is taken off the list
price: the one that says most, a SKU before a service before a region before a provider; of two that name the same the
longer glob, else the later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path

from costlint.catalog import Catalog, ManagedPrice, Price, Shape
from costlint.catalog.regions import region_of
from costlint.config import Commitment
from costlint.model import Diagnostic
from costlint.model.money import Capacity, Terms
from costlint.prices.globs import literal, matches
from costlint.prices.reading import PriceBook, Reduction, Row
from costlint.prices.scopes import MACHINES, Scopes


class YourCatalog(Catalog):
    """Facts as in Catalog; prices are what you pay, and say what is list and what a commitment may cover."""

    def __init__(
        self,
        book: PriceBook,
        commitments: tuple[Commitment, ...] = (),
        as_of: date | None = None,
        fetched: Path | None = None,
        data: Path | None = None,
    ) -> None:
        super().__init__(data, as_of, fetched)
        self.book = book
        self.held = commitments
        self.scopes = Scopes(self)
        self._rows: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in book.rows:
            self._rows[row.own.provider, row.own.sku].append(row)
        self._used: set[int] = set()
        self._yours: dict[tuple[str, ...], Price | None] = {}
        self._your_shapes: dict[tuple[str, str], YourShapes] = {}

    def price(self, provider: str, region: str, sku: str, unit: str) -> Price | None:
        key = (provider, region, sku, unit)
        if key not in self._yours:
            listed = super().price(provider, region, sku, unit)
            named = sku.partition("instance-")[2] or sku
            self._yours[key] = self._own(provider, region, sku.partition(".")[0], sku, listed, unit, family_of=named)
        return self._yours[key]

    def shapes(self, provider: str, region: str) -> Mapping[str, Shape]:
        key = (provider, region)
        if key not in self._your_shapes:
            self._your_shapes[key] = YourShapes(super().shapes(provider, region), self._shape)
        return self._your_shapes[key]

    def managed(
        self, provider: str, region: str, service: str, engine: str, deployment: str, name: str
    ) -> ManagedPrice | None:
        found = super().managed(provider, region, service, engine, deployment, name)
        if found is None:
            return None
        key = ("managed", provider, region, service, engine, deployment, name)
        if key not in self._yours:
            self._yours[key] = self._own(
                provider, region, service, name, found.price, "hour", engine=engine, deployment=deployment
            )
        yours = self._yours[key]
        return found if yours is None else found._replace(price=yours)

    def gpu_hour(self, model: str) -> Price | None:
        """What an accelerator of your own costs an hour, None if the price file does not say."""
        row = self.book.gpu_hours.get(model)
        if row is None:
            return None
        return Price(row.price, "gpu-hour", f"your price ({row.place})", row.date)

    def diagnostics(self) -> list[Diagnostic]:
        """Prices and discounts of yours for what costlint does not know, with what was probably meant."""
        from costlint.prices.checking import complaints

        idle = [row for row in self.book.rows if id(row) not in self._used]
        return complaints(self, idle, [each for each in self.book.reductions if id(each) not in self._used])

    def _shape(self, shape: Shape) -> Shape:
        provider, region, name = shape.provider, shape.region, shape.name
        service = MACHINES.get(provider, "")
        on_demand = self._own(provider, region, service, name, shape.on_demand, "hour")
        spot = self._own(provider, region, service, name, shape.spot, "hour", spot=True)
        return shape._replace(on_demand=on_demand, spot=spot)

    def _own(
        self,
        provider: str,
        region: str,
        service: str,
        name: str,
        listed: Price | None,
        unit: str,
        *,
        engine: str = "",
        deployment: str = "",
        spot: bool = False,
        family_of: str = "",
    ) -> Price | None:
        """The price with yours in its place or taken off, the list price itself where nothing of yours is about it."""
        place = region_of(provider, region)
        capacity = None if spot else self._capacity(provider, place, service, name, family_of or name)
        row = self._row(provider, place, name, unit, engine, deployment, spot)
        if row is not None:
            public = row.listed if row.listed is not None else listed.amount if listed else row.price
            terms = Terms(public, row.price, capacity)
            date = row.date or (listed.date if listed else "")
            return Price(row.effective, unit, f"your price ({row.place})", date, False, terms)
        if listed is None:
            return None
        reduction = self._reduction(provider, place, service, name)
        if reduction is None:
            return listed if capacity is None else listed._replace(terms=Terms(listed.amount, listed.amount, capacity))
        self._used.add(id(reduction))
        percent = reduction.discount.percent
        amount = listed.amount * (1 - percent / 100)
        source = f"{percent:g} % off ({reduction.place}); {listed.source}"
        return listed._replace(amount=amount, source=source, terms=Terms(listed.amount, amount, capacity))

    def _row(
        self, provider: str, region: str, sku: str, unit: str, engine: str, deployment: str, spot: bool
    ) -> Row | None:
        fitting = [
            (literal(row.own.region), literal(row.own.engine), literal(row.own.deployment), number)
            for number, row in enumerate(self._rows.get((provider, sku), ()))
            if row.own.spot == spot
            and row.own.unit in ("", unit)
            and matches(row.own.region, region)
            and matches(row.own.engine, engine)
            and matches(row.own.deployment, deployment)
        ]
        if not fitting:
            return None
        row = self._rows[provider, sku][max(fitting)[-1]]
        self._used.add(id(row))
        return row

    def _reduction(self, provider: str, region: str, service: str, sku: str) -> Reduction | None:
        best: tuple[int, ...] = ()
        chosen = None
        for reduction in self.book.reductions:
            discount = reduction.discount
            if discount.provider not in (None, provider):
                continue
            if not (matches(discount.sku, sku) and matches(discount.service, service)):
                continue
            if not matches(discount.region, region):
                continue
            says = (literal(discount.sku), literal(discount.service), literal(discount.region))
            rank = (*says, int(discount.provider is not None))
            if rank >= best:
                best, chosen = rank, reduction
        return chosen

    def _capacity(self, provider: str, region: str, service: str, name: str, family_of: str) -> Capacity | None:
        if not self.held:
            return None
        family = self.family(provider, family_of)
        capacity = Capacity(provider, region, service, family.name if family else "", name)
        return capacity if any(self.scopes.covers(one, capacity) for one in self.held) else None


class YourShapes(Mapping[str, Shape]):
    """The shapes of a region with your prices, each worked out when it is asked for."""

    def __init__(self, listed: Mapping[str, Shape], yours: Callable[[Shape], Shape]) -> None:
        self._listed = listed
        self._yours = yours
        self._built: dict[str, Shape] = {}

    def __getitem__(self, name: str) -> Shape:
        shape = self._built.get(name)
        if shape is None:
            shape = self._built[name] = self._yours(self._listed[name])
        return shape

    def __contains__(self, name: object) -> bool:
        return name in self._listed

    def __iter__(self) -> Iterator[str]:
        return iter(self._listed)

    def __len__(self) -> int:
        return len(self._listed)
