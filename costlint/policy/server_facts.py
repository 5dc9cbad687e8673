"""Facts about the model server in a workload's container: what it serves, how it is spread, and whether that fits.

They are about the server in the container a rule stands on (`each: containers`), else about the only one of the pods or
of the workload. What cannot be told is UNKNOWN: a blank, an option nobody can read, an accelerator nobody names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeVar

from costlint.clusters.workloads import is_workload
from costlint.model import UNKNOWN, Unknown, UnknownValue, lookup
from costlint.policy.subject import Subject
from costlint.policy.workload_facts import WORKLOAD_FACTS

if TYPE_CHECKING:  # a scan without model servers loads nothing of sizing
    from costlint.sizing.assessing import Assessment
    from costlint.sizing.names import Named, Names
    from costlint.sizing.server import Said, Server

Fact: TypeAlias = Callable[[Subject], object]
T = TypeVar("T")

_CHOOSES_DEVICES = ("_VISIBLE_DEVICES", "gpu-id", "--omni", "vllm-omni")
"""What a container says that runs several servers, or the stages of one model, on devices of their own."""

_GPUS = ("nvidia.com/", "amd.com/", "gpu.intel.com/", "habana.ai/")
"""Devices that parallelism counts one by one; of Trainium and Inferentia it counts cores, of TPUs hosts take all."""

_INSISTS = "vllm"
"""The engine that does not start where one request of full length finds no room in the KV cache."""

_PARTITION = "cloud.google.com/gke-gpu-partition-size"


class Spread(NamedTuple):
    """Accelerators that one replica asks for, and those its copies of the model are spread over."""

    asked: float
    used: float
    copies: int


def _server(subject: Subject) -> Server | Unknown | None:
    """The server a subject is about: None for what runs none, an Unknown where there are several."""
    resource = subject.resource
    if not is_workload(resource.type):
        return None
    answers = subject.context.answers
    key = ("servers", resource.address)
    if key not in answers:
        from costlint.sizing.servers import servers_of

        answers[key] = servers_of(resource, subject.context.view)
    found: list[Server] = answers[key]
    inside = [one for one in found if one.container[: len(subject.prefix)] == subject.prefix]
    if len(inside) == 1:
        return inside[0]
    return UNKNOWN if inside else None


def _of_server(fact: Callable[[Server, Subject], object]) -> Fact:
    def read(subject: Subject) -> object:
        server = _server(subject)
        if server is None or isinstance(server, Unknown):
            return server
        try:
            return fact(server, subject)
        except UnknownValue:
            return UNKNOWN

    return read


def _of_model(fact: Callable[[Named], object]) -> Fact:
    return _of_server(lambda server, subject: fact(_named(server, subject)))


def _of_spread(fact: Callable[[Spread], float]) -> Fact:
    return _of_server(lambda server, subject: _plain(fact(_spread(server, subject))))


def _of_assessment(fact: Callable[[Assessment], object]) -> Fact:
    return _of_server(lambda server, subject: fact(_assessment(server, subject)))


def _known(value: Said[T], default: T) -> T:
    if isinstance(value, Unknown):
        raise UnknownValue("an option of the server")
    return default if value is None else value


def _plain(number: float) -> float:
    return int(number) if number == int(number) else number


def _names(subject: Subject) -> Names:
    memory = subject.context.memory
    if "model names" not in memory:
        from costlint.sizing.models import Models
        from costlint.sizing.names import Names

        memory["model names"] = Names(Models())
    names: Names = memory["model names"]
    return names


def _named(server: Server, subject: Subject) -> Named:
    named = _names(subject).find(_known(server.model, ""))
    if named is None:
        raise UnknownValue("the size of the model")
    return named


def _spread(server: Server, subject: Subject) -> Spread:
    """How a replica is spread. Raises UnknownValue where options leave that open, or somebody else sets it: the command
    says which devices each of its servers sees, or the image is not the engine's own and may set what is not said."""
    from costlint.sizing.engines import engine_defaults

    if server.engine is None:
        raise UnknownValue("the engine that serves the model")
    asked = _known(server.gpus, 0.0) * _known(server.pods, 1)
    if not asked:
        raise UnknownValue("which accelerators it gets")
    if not _known(server.device, "").startswith(_GPUS):
        raise UnknownValue("how its devices are counted")
    copies = _known(server.data_parallel, 1)
    tensor, pipeline = _known(server.tensor_parallel, 0), _known(server.pipeline_parallel, 0)
    container = lookup(subject.resource.attributes, server.container) if server.container else None
    if any(word in str(container) for word in _CHOOSES_DEVICES):
        raise UnknownValue("which of its accelerators a server sees")
    if tensor or pipeline:
        return Spread(asked, (tensor or 1) * (pipeline or 1) * copies, copies)
    if engine_defaults(server.engine).spreads:
        return Spread(asked, asked, copies)
    if not _is_own_image(server):
        raise UnknownValue("what its image sets")
    return Spread(asked, copies, copies)


def _is_own_image(server: Server) -> bool:
    from costlint.sizing.servers.engines import is_published_image, program_of_image

    if not isinstance(server.image, str) or not is_published_image(server.image):
        return False
    program = program_of_image(server.image)
    return program is not None and program.name == server.engine


def _assessment(server: Server, subject: Subject) -> Assessment:
    """The server on the accelerators it gets. Raises UnknownValue, also where it is spread over more than it asks for:
    one of the two is not what runs."""
    answers = subject.context.answers
    key = ("assessed", server.address, server.container)
    if key not in answers:
        try:
            answers[key] = _assessed(server, subject)
        except UnknownValue as unknown:
            answers[key] = unknown
    found: Assessment | UnknownValue = answers[key]
    if isinstance(found, UnknownValue):
        raise found
    return found


def _assessed(server: Server, subject: Subject) -> Assessment:
    from costlint.sizing.assessing import assess
    from costlint.sizing.tables import constant
    from costlint.sizing.throughput import Traffic

    spread = _spread(server, subject)
    if spread.asked >= 1 and spread.used > spread.asked:
        raise UnknownValue("how it is spread over more accelerators than it asks for")
    if _PARTITION in str(subject.resource.attributes):
        raise UnknownValue("the slice of an accelerator its nodes give")
    if server.max_length is None and not _is_own_image(server):
        raise UnknownValue("the longest request its image sets")
    if server.adapters is not None:
        raise UnknownValue("what adapters add")
    model = server.accelerator or WORKLOAD_FACTS["node.accelerator"](subject)
    accelerator = subject.context.catalog.accelerator(model) if isinstance(model, str) else None
    if accelerator is None:
        raise UnknownValue("the accelerator it gets")
    traffic = Traffic(int(constant("traffic.prompt-tokens")), int(constant("traffic.answer-tokens")))
    return assess(server, accelerator, _names(subject), traffic)


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
    return f"it needs {needed:.1f} GiB on each{request}, of which it may use {usable:.1f}"


def _needed(found: Assessment) -> object:
    """The fewest of the same accelerator that hold as many copies; UNKNOWN where those at hand do not."""
    from costlint.sizing.memory import fit, placements

    if not found.fit.fits or found.fit.close:
        return UNKNOWN
    server, device = found.server, found.placement.device
    count = 1
    while count < found.placement.devices:
        for placement in placements(found.model, device, count):
            held = fit(
                found.model,
                found.load,
                placement,
                found.engine,
                utilisation=_known(server.memory_utilisation, None),
                cpu_offload_gib=_known(server.cpu_offload_gib, 0.0),
                kv_cache_gib=_known(server.kv_cache_gib, None),
            )
            if held.fits and not held.close:
                return count * found.copies
        count *= 2
    return found.used


def _confidence(named: Named) -> object:
    return "low" if named.how == "size" else named.model.confidence


SERVER_FACTS: Mapping[str, Fact] = {
    "server.engine": _of_server(lambda server, _: server.engine or UNKNOWN),
    "server.model": _of_server(lambda server, _: server.model),
    "server.kind": _of_model(lambda named: UNKNOWN if named.how == "size" else named.model.kind),
    "server.parameters_b": _of_model(lambda named: named.model.parameters / 1e9),
    "server.confidence": _of_model(_confidence),
    "server.precision": _of_server(lambda server, _: server.precision),
    "server.quantization": _of_server(lambda server, _: server.quantisation),
    "server.tensor_parallel": _of_server(lambda server, _: server.tensor_parallel),
    "server.pipeline_parallel": _of_server(lambda server, _: server.pipeline_parallel),
    "server.data_parallel": _of_server(lambda server, _: server.data_parallel),
    "server.max_length": _of_server(lambda server, _: server.max_length),
    "server.prefix_caching": _of_server(lambda server, _: server.prefix_caching),
    "server.chunked_prefill": _of_server(lambda server, _: server.chunked_prefill),
    "server.role": _of_server(lambda server, _: server.role or None),
    "server.pods": _of_server(lambda server, _: _known(server.pods, 1)),
    "server.gpus": _of_spread(lambda spread: spread.asked),
    "server.used_gpus": _of_spread(lambda spread: spread.used),
    "server.idle_gpus": _of_spread(lambda spread: max(spread.asked - spread.used, 0)),
    "server.accelerator": _of_assessment(lambda found: found.placement.device.name),
    "server.fits": _of_assessment(_fits),
    "server.misfit": _of_assessment(_misfit),
    "server.headroom_gib": _of_assessment(lambda found: found.fit.headroom_gib),
    "server.gpus_needed": _of_assessment(_needed),
}
"""Every fact about a model server; none of them is the same for all resources with the same attributes."""
