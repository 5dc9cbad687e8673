"""Facts about the model server in a workload's container: what it serves, how it is spread, and whether that fits.

They are about the server in the container a rule stands on (`each: containers`), else about the only one of the pods or
of the workload. What cannot be told is UNKNOWN: a blank, an option nobody can read, an accelerator nobody names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from costlint.model import UNKNOWN, Unknown, UnknownValue
from costlint.policy.facts import Fact
from costlint.policy.messages import money
from costlint.policy.serving import (
    Spread,
    assessment_of,
    billed_replicas,
    known,
    model_of,
    replica_hourly,
    server_of,
    spread_of,
    usual_traffic,
)
from costlint.policy.subject import Subject

if TYPE_CHECKING:  # a scan without model servers loads nothing of sizing
    from costlint.sizing.assessing import Assessment
    from costlint.sizing.formats import Format
    from costlint.sizing.names import Named
    from costlint.sizing.server import Server

_INSISTS = "vllm"
"""The engine that does not start where one request of full length finds no room in the KV cache."""


def _of_server(fact: Callable[[Server, Subject], object]) -> Fact:
    def read(subject: Subject) -> object:
        server = server_of(subject)
        if server is None or isinstance(server, Unknown):
            return server
        try:
            return fact(server, subject)
        except UnknownValue:
            return UNKNOWN

    return read


def _of_model(fact: Callable[[Named], object]) -> Fact:
    return _of_server(lambda server, subject: fact(model_of(server, subject)))


def _of_spread(fact: Callable[[Spread], float]) -> Fact:
    return _of_server(lambda server, subject: _plain(fact(spread_of(server, subject))))


def _of_assessment(fact: Callable[[Assessment], object]) -> Fact:
    return _of_server(lambda server, subject: fact(assessment_of(server, subject)))


def _plain(number: float) -> float:
    return int(number) if number == int(number) else number


def _fits(found: Assessment) -> object:
    """UNKNOWN where nobody can tell, the answer is nearer to the limit than it is good, or only the longest request
    does not fit and the engine then starts with a shorter one."""
    held = found.fit
    shortens = found.engine.name != _INSISTS and held.weights_gib + held.overhead_gib <= held.usable_gib
    if held.fits is None or held.close or (held.fits is False and shortens and not held.reasons):
        return UNKNOWN
    return held.fits


def _misfit(found: Assessment) -> object:
    """Why the model does not fit, in words; None if it does."""
    if found.fit.reasons or found.fit.fits is not False:
        return "; ".join(found.fit.reasons) or None
    needed, usable = found.fit.usable_gib - found.fit.headroom_gib, found.fit.usable_gib
    request = f" with one request of {found.fit.length:,} tokens" if found.fit.request_gib and found.fit.length else ""
    return f"it needs {needed:.1f} GiB on each{request}, and may use {usable:.1f}"


def _gpus_needed(found: Assessment) -> object:
    """The fewest of the same accelerator that hold as many copies; UNKNOWN where those at hand do not."""
    from costlint.sizing.assessing import fit_as_told
    from costlint.sizing.memory import placements

    if not found.fit.fits or found.fit.close:
        return UNKNOWN
    device, count = found.placement.device, 1
    while count < found.placement.devices:
        for placement in placements(found.model, device, count):
            held = fit_as_told(found.server, found.model, found.load, placement, found.engine)
            if held.fits and not held.close:
                return count * found.copies
        count *= 2
    return found.used


def _confidence(named: Named) -> object:
    return "low" if named.how == "size" else named.model.confidence


def _form(found: Assessment) -> Format:
    from costlint.sizing.formats import weight_format

    form = found.load.form or weight_format(found.model.dtype)
    if form is None:
        raise UnknownValue("the format of the weights")
    return form


def _format_support(found: Assessment) -> object:
    from costlint.sizing.formats import support

    return support(_form(found), found.placement.device.accelerator) or UNKNOWN


def _divides(found: Assessment) -> object:
    from costlint.sizing.memory import divides

    return UNKNOWN if found.model.heads is None else divides(found.model, found.placement.tensor)


def _needed_gib(found: Assessment) -> object:
    """GiB on all devices together, with one request of full length for each copy."""
    if found.fit.fits is None:
        return UNKNOWN
    return round((found.fit.usable_gib - found.fit.headroom_gib) * found.used, 1)


def _rate(found: Assessment) -> object:
    """Answer tokens a second that one replica gives under full load."""
    return UNKNOWN if found.given is None else round(found.given.answer * found.copies)


def _fleet(server: Server, subject: Subject) -> str:
    """The accelerators it runs on, as people write them: "4 L4", "2 × 4 L4" for replicas that are billed, "2 × L4"."""
    found = assessment_of(server, subject)
    each = f"{_plain(found.asked):,} {found.placement.device.name}"
    try:
        replicas = round(billed_replicas(subject, found.asked), 1)
    except UnknownValue:
        return each
    if replicas == 1:
        return each
    return f"{_plain(replicas):,} × {found.placement.device.name if found.asked == 1 else each}"


def _all_rates(server: Server, subject: Subject) -> object:
    """Answer tokens a second of all replicas that are billed."""
    found = assessment_of(server, subject)
    if found.given is None:
        return UNKNOWN
    return round(found.given.answer * found.copies * billed_replicas(subject, found.asked))


def _batch(found: Assessment) -> object:
    return UNKNOWN if found.given is None else found.given.batch * found.copies


def _rate_share(found: Assessment) -> object:
    """The part of the answer tokens a second it would give without a limit on requests at a time."""
    from costlint.sizing.throughput import throughput

    given = throughput(found.model, found.load._replace(running=None), found.placement, found.engine, usual_traffic())
    return UNKNOWN if given is None or found.given is None else min(found.given.answer / given.answer, 1.0)


def _answer_cost(server: Server, subject: Subject) -> str:
    """What a million answer tokens cost under full load, the prompts they answer included; as a band."""
    found = assessment_of(server, subject)
    if found.given is None:
        raise UnknownValue("what it gives")
    per_second = replica_hourly(subject, found.asked) / found.copies / 3600 * 1e6
    return f"{money(per_second / found.given.high)}–{money(per_second / found.given.low)}"


SERVER_FACTS: Mapping[str, Fact] = {
    "server.engine": _of_server(lambda server, _: server.engine or UNKNOWN),
    "server.model": _of_server(lambda server, _: server.model),
    "server.kind": _of_model(lambda named: UNKNOWN if named.how == "size" else named.model.kind),
    "server.parameters_b": _of_model(lambda named: named.model.parameters / 1e9),
    "server.confidence": _of_model(_confidence),
    "server.heads": _of_model(lambda named: UNKNOWN if named.model.heads is None else named.model.heads),
    "server.native_length": _of_model(lambda named: named.model.max_length or UNKNOWN),
    "server.precision": _of_server(lambda server, _: server.precision),
    "server.quantization": _of_server(lambda server, _: server.quantisation),
    "server.tensor_parallel": _of_server(lambda server, _: server.tensor_parallel),
    "server.pipeline_parallel": _of_server(lambda server, _: server.pipeline_parallel),
    "server.data_parallel": _of_server(lambda server, _: server.data_parallel),
    "server.max_length": _of_server(lambda server, _: server.max_length),
    "server.max_sequences": _of_server(lambda server, _: server.max_sequences),
    "server.prefix_caching": _of_server(lambda server, _: server.prefix_caching),
    "server.chunked_prefill": _of_server(lambda server, _: server.chunked_prefill),
    "server.eager": _of_server(lambda server, _: server.eager),
    "server.role": _of_server(lambda server, _: server.role or None),
    "server.pods": _of_server(lambda server, _: known(server.pods, 1)),
    "server.pod_gpus": _of_server(lambda server, _: _plain(known(server.gpus, 0.0))),
    "server.gpus": _of_spread(lambda spread: spread.asked),
    "server.used_gpus": _of_spread(lambda spread: spread.used),
    "server.idle_gpus": _of_spread(lambda spread: max(spread.asked - spread.used, 0)),
    "server.accelerator": _of_assessment(lambda found: found.placement.device.name),
    "server.fits": _of_assessment(_fits),
    "server.misfit": _of_assessment(_misfit),
    "server.headroom_gib": _of_assessment(lambda found: found.fit.headroom_gib),
    "server.needed_gib": _of_assessment(_needed_gib),
    "server.usable_gib": _of_assessment(lambda found: round(found.fit.usable_gib * found.used, 1)),
    "server.gpus_needed": _of_assessment(_gpus_needed),
    "server.divides": _of_assessment(_divides),
    "server.format": _of_assessment(lambda found: _form(found).name),
    "server.format_support": _of_assessment(_format_support),
    "server.concurrency": _of_assessment(lambda found: found.fit.concurrency),
    "server.batch": _of_assessment(_batch),
    "server.rate": _of_assessment(_rate),
    "server.rate_share": _of_assessment(_rate_share),
    "server.fleet": _of_server(_fleet),
    "server.tokens_per_second": _of_server(_all_rates),
    "server.answer_cost": _of_server(_answer_cost),
}
"""Every fact about a model server; none of them is the same for all resources with the same attributes."""
