"""Why nothing that is offered does: the nearest miss, in words."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from costlint.catalog import Shape
from costlint.sizing.advisor import Advisor, Demand
from costlint.sizing.devices import Device
from costlint.sizing.formats import Format, support, weight_format, weights_gib
from costlint.sizing.memory import Fit, Placement, fit, placements
from costlint.sizing.tables import constant


class _Miss(NamedTuple):
    """A machine that does not hold the model: how it would be spread, and what each device lacks."""

    shape: Shape
    placement: Placement
    fit: Fit
    form: Format


class Reason(NamedTuple):
    """A clause; `unknown`: it cannot be told, rather than there being nothing."""

    text: str
    unknown: bool = False


def why_nothing(advisor: Advisor, demand: Demand) -> Reason:
    """Why a demand has no options."""
    model = demand.model
    if model.kind == "image":
        return Reason("what a model that makes images holds while it does is not known here", True)
    machines = [(shape, part) for shape, part in advisor.machines(demand)]
    where = " or ".join(f"{provider} {region}" for provider, region in demand.places)
    if not machines:
        wanted = " or ".join(demand.accelerators) or "an accelerator that is known well enough"
        bought = " or ".join(demand.purchases)
        return Reason(f"no machine with {wanted} is sold in {where} ({bought})")
    length = demand.load.length or demand.engine.length or model.max_length
    probe = fit(model, demand.load._replace(form=demand.forms[0]), Placement(machines[0][1]), demand.engine)
    if model.generates and probe.request_gib is None:
        if length is None:
            return Reason("no length is known: say one with --max-len", True)
        told = "only its size is known" if model.layers is None else "nothing says what it keeps of each token"
        alone = f"the weights alone are {weights_gib(model, demand.forms[0]):,.1f} GiB"
        return Reason(f"{told}, so nothing follows about its KV cache; {alone}", True)
    misses = list(_misses(demand, machines))
    if not misses:
        forms = ", ".join(one.name for one in _forms(demand)) or f'weights in "{model.dtype}"'
        named = ", ".join(dict.fromkeys(part.accelerator.model for _, part in machines))
        return Reason(f"{named if demand.accelerators else 'nothing that is sold there'} does not run {forms}")
    if any(one.fit.fits and one.fit.headroom_gib >= _spare(one.fit) for one in misses):
        return Reason(_too_slow(advisor, demand))
    best = min(misses, key=lambda one: (-one.fit.headroom_gib * one.placement.devices, one.placement.devices))
    needed = best.fit.usable_gib - best.fit.headroom_gib
    held = demand.load.held or 1
    requests = f"{held:,} request{'s' if held > 1 else ''} of {length:,} tokens" if model.generates and length else ""
    nearest = f"{best.placement.devices} × {best.placement.device.name} ({best.shape.name})"
    what = f"{model.id} in {best.form.name}" + (f" with {requests}" if requests else "")
    narrow = " with 5 % to spare" if best.fit.fits else ""
    return Reason(
        f"{what} needs {needed:,.1f} GiB on each of the nearest, {nearest}, which may use "
        f"{best.fit.usable_gib:,.1f}{narrow}"
    )


def _misses(demand: Demand, machines: list[tuple[Shape, Device]]) -> Iterator[_Miss]:
    """Every machine with all its accelerators, by format it runs."""
    for shape, part in machines:
        count = max(int(shape.gpu_count or 0), 1) if demand.model.generates else 1
        count = 1 << int(math.log2(count))
        for form in _forms(demand):
            if support(form, part.accelerator) not in (None, "no"):
                placement = placements(demand.model, part, count)[0]
                yield _Miss(
                    shape, placement, fit(demand.model, demand.load._replace(form=form), placement, demand.engine), form
                )


def _too_slow(advisor: Advisor, demand: Demand) -> str:
    """What holds it is too slow: how fast the fastest is."""
    found = advisor.options(demand._replace(answer=None, tflops=0.0))
    if not found:
        return "what holds it leaves too little memory to spare"
    fastest = max(found, key=lambda one: one.speed)
    where = f"{fastest.placement.devices} × {fastest.placement.device.name} ({fastest.shape.name})"
    if demand.model.generates:
        return f"no copy gives {demand.answer or 0:,.0f} tokens/s; the fastest, {where}, gives {fastest.speed:,.0f}"
    return f"nothing computes as fast; the fastest, {where}, has {fastest.speed:,.0f} TFLOPS of {demand.tflops:,.0f}"


def _spare(found: Fit) -> float:
    return constant("advice.spare-share") * found.usable_gib


def _forms(demand: Demand) -> list[Format]:
    forms = (form or weight_format(demand.model.dtype) for form in demand.forms)
    return [form for form in forms if form is not None]
