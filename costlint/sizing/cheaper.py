"""What would do instead of what a server has today: the same model, load and copies, on what clouds sell.

    for option in cheaper(assessment, Advisor(catalog), [("aws", "eu-west-1")], traffic, replicas=2, below=8_000):
        ...

What rules propose and what `costlint size --from` shows; its signature is kept.
"""

from __future__ import annotations

from collections.abc import Iterable

from costlint.model import UnknownValue
from costlint.sizing.advisor import Advisor, Demand, Option, Purchase, compute, formats_for
from costlint.sizing.architectures import ready_architectures
from costlint.sizing.assessing import Assessment
from costlint.sizing.engines import Engine
from costlint.sizing.server import Server
from costlint.sizing.servers.programs import is_published_image
from costlint.sizing.throughput import Traffic


def cheaper(
    present: Assessment,
    advisor: Advisor,
    places: Iterable[tuple[str, str]],
    traffic: Traffic,
    *,
    replicas: int = 1,
    below: float | None = None,
    keep: float = 1.0,
    formats: Iterable[str] = (),
    purchases: tuple[Purchase, ...] = ("on-demand",),
    accelerators: tuple[str, ...] = (),
) -> list[Option]:
    """Configurations for `replicas` replicas that cost less than `below` USD a month (None: at any price), cheapest
    first; of the same price the fastest first.

    Each copy of the model holds what it holds today (one request of the full length, the engine's way) and gives at
    least `keep` × the tokens a second it gives today; where it does not fit today, any that holds it will do. Weights
    stay as they are, or are in one of the `formats`, which the caller then has to mention: it changes what is served.
    `places` are provider and region. The image stays: accelerators are of the same maker, and new ones only where it is
    known to have kernels for them. Raises UnknownValue where it cannot be told how the server is doing today.
    """
    wanted = demand_of(
        present,
        places,
        traffic,
        replicas=replicas,
        keep=keep,
        formats=formats,
        purchases=purchases,
        accelerators=accelerators,
    )
    found = advisor.options(wanted)
    return found if below is None else [one for one in found if one.monthly < below]


def demand_of(
    present: Assessment,
    places: Iterable[tuple[str, str]],
    traffic: Traffic,
    *,
    replicas: int = 1,
    keep: float = 1.0,
    formats: Iterable[str] = (),
    purchases: tuple[Purchase, ...] = ("on-demand",),
    accelerators: tuple[str, ...] = (),
    held: int | None = None,
) -> Demand:
    """What a server asks of another configuration, see `cheaper`; `held`: requests of full length it must hold."""
    model, engine = present.model, present.engine
    if present.fit.fits is None:
        raise UnknownValue("; ".join(present.fit.reasons) or "whether it fits today")
    if present.beside.is_more:
        raise UnknownValue("what it holds beside its model")
    if present.fit.fits and model.generates and present.given is None:
        raise UnknownValue("how fast it is today")
    share = present.server.memory_utilisation
    if isinstance(share, float):
        engine = engine._replace(utilisation=share)
    accelerator, form = present.placement.device.accelerator, present.load.form
    own = formats_for(model, formats)
    return Demand(
        model=model,
        load=present.load._replace(length=present.fit.length, held=held),
        traffic=traffic,
        engine=engine,
        places=tuple(places),
        answer=present.given.answer * keep if present.given is not None else None,
        replicas=replicas * present.copies,
        forms=own if form is None else (form, *(one for one in own if one is not None and one.bits < form.bits)),
        purchases=purchases,
        accelerators=accelerators,
        vendors=(accelerator.vendor,),
        new_architectures=image_runs_on(present.server, present.engine) | {accelerator.architecture},
        tflops=compute(present.placement) * keep if present.fit.fits and not model.generates else 0.0,
    )


def image_runs_on(server: Server, engine: Engine) -> frozenset[str]:
    """The architectures newer than most images that a server's image is known to run on: an engine's own image says by
    its version, of others nothing is known."""
    own = isinstance(server.image, str) and is_published_image(server.image)
    return ready_architectures(engine) if own else frozenset()
