"""What would do for the servers of `costlint size --from`, held against what they have today."""

from __future__ import annotations

from typing import Any

from msgspec import structs

from costlint.cli.price_options import accelerators_of
from costlint.cli.size_asked import Asking, archs, cache_bytes, checked_length, loaded
from costlint.cli.size_options import Least, formats_of, places_of, purchases_of
from costlint.cli.size_servers import servers_from
from costlint.model import UnknownValue
from costlint.sizing.advisor import Demand
from costlint.sizing.assessing import Assessment, wanted
from costlint.sizing.cheaper import demand_of, image_runs_on
from costlint.sizing.engines import engine_defaults
from costlint.sizing.formats import Format
from costlint.sizing.names import quantised
from costlint.sizing.recommending import recommend
from costlint.sizing.sized import Present, Sized
from costlint.sizing.throughput import throughput

_VENDORS = {"nvidia.com/": "NVIDIA", "amd.com/": "AMD"}
"""Whose accelerators a resource name asks for."""


def servers_at(asking: Asking, origin: str) -> list[Present]:
    """The servers at a path that are asked about. Raises UsageError, SourceError."""
    asked = asking.asked
    return servers_from(
        origin,
        asking.config,
        asking.catalog,
        asking.names,
        asking.traffic,
        picked=asked.picked,
        container=asked.container,
    )


def of_server(asking: Asking, present: Present) -> Sized:
    """The same model, load and copies elsewhere, as fast as today unless something else is asked. Raises UsageError."""
    asked, server = asking.asked, present.server
    name = server.address + (f" ({present.container})" if present.container else "")
    places = places_of(asking.catalog, asking.config, asked.providers, asked.regions, present.place)
    assumed = [places.assumed] if places.assumed else []
    if present.place_assumed and places.places == (present.place,):
        assumed.append("its machine says the provider alone: region assumed")
    if not present.replicas_known and not asked.replicas:
        assumed.append("replicas are not known: one assumed")
    present = present._replace(assessment=_today(asking, present.assessment))
    common: dict[str, Any] = {
        "replicas": asked.replicas or present.replicas,
        "purchases": purchases_of(asked.purchase or (("spot",) if present.spot else ())),
        "accelerators": accelerators_of(asking.catalog, asked.gpu),
    }
    least: Least | None = asked.min_throughput
    try:
        held = present.assessment
        if held is not None and not (held.fit.fits and held.model.generates and held.given is None):
            named, model = held.named, held.model
            keep = least.amount if least is not None and least.is_share else 1.0
            demand = demand_of(held, places.places, asking.traffic, keep=keep, **common)
        else:
            named, load, engine = wanted(server, asking.names)
            model = quantised(named)
            load = load._replace(length=load.length or engine.length or model.max_length)
            copies = server.data_parallel if isinstance(server.data_parallel, int) else 1
            common["replicas"] *= copies
            demand = Demand(model, load, asking.traffic, engine, places.places, forms=(load.form,), **common)
            vendor = next((vendor for start, vendor in _VENDORS.items() if str(server.device).startswith(start)), None)
            new = image_runs_on(server, engine)
            demand = demand._replace(vendors=(vendor,) if vendor else (), new_architectures=new)
            assumed.append("how fast it is today is not known, so any speed will do")
    except UnknownValue as unknown:
        return Sized(name, None, present, why=str(unknown), assumed=tuple(assumed))
    demand = demand._replace(archs=archs(asked))
    if asked.engine:
        demand = demand._replace(engine=engine_defaults(asked.engine), new_architectures=None)
    if asked.max_len:
        demand = demand._replace(load=demand.load._replace(length=checked_length(asked.max_len, model)))
    if asked.kv_dtype:
        demand = demand._replace(load=demand.load._replace(kv_bytes=cache_bytes(asked)))
    if asked.quantize:
        demand = demand._replace(forms=_forms(asked.quantize, demand))
    if least is not None and not least.is_share:
        demand = demand._replace(answer=least.amount)
    found = recommend(asking.advisor, asking.catalog, asking.models, named, loaded(demand, asked.concurrency))
    return Sized(name, found, present, assumed=tuple(assumed))


def _today(asking: Asking, held: Assessment | None) -> Assessment | None:
    """How fast a server is today with the requests that are asked about."""
    if held is None or held.given is None:
        return held
    batch = asking.asked.concurrency
    most = held.given.batch if batch is None else min(batch, held.given.batch)
    given = throughput(
        held.model, held.load, held.placement, held.engine, asking.traffic, None if batch is None else most
    )
    return structs.replace(held, given=given)


def _forms(written: tuple[str, ...], demand: Demand) -> tuple[Format | None, ...]:
    """The formats asked for; where the server's flags name one, that is its own."""
    own = demand.forms[0]
    found = formats_of(written, demand.model, demand.engine.name)
    return tuple(dict.fromkeys(own if one is None else one for one in found))
