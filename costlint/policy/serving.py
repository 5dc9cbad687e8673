"""The model server a rule stands on, and that server on the accelerators it gets: what facts and proposals share.

What cannot be told raises UnknownValue: a blank, an option nobody can read, an accelerator nobody names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

from costlint.catalog import REFERENCES, Catalog
from costlint.clusters.workloads import is_workload
from costlint.model import UNKNOWN, Path, Unknown, UnknownValue, lookup
from costlint.policy.facts import plain_type
from costlint.policy.families import SERVING
from costlint.policy.placing import components_of
from costlint.policy.subject import Subject
from costlint.policy.workload_facts import WORKLOAD_FACTS

if TYPE_CHECKING:  # a scan without model servers loads nothing of sizing
    from costlint.sizing.assessing import Assessment
    from costlint.sizing.names import Named, Names
    from costlint.sizing.server import Said, Server
    from costlint.sizing.throughput import Traffic

T = TypeVar("T")

_CHOOSES_DEVICES = ("_VISIBLE_DEVICES", "gpu-id", "--omni", "vllm-omni")
"""What a container says that runs several servers, or the stages of one model, on devices of their own."""

_GPUS = ("nvidia.com/", "amd.com/", "gpu.intel.com/", "habana.ai/")
"""Devices that parallelism counts one by one; of Trainium and Inferentia it counts cores, of TPUs hosts take all."""

_BRINGING_IMAGES = ("Model.kubeai.org/",)
"""Kinds whose operator runs the engine's own image unless another is named, with the options that are written."""

_ENDPOINTS = ("aws_sagemaker_endpoint", "aws_sagemaker_endpoint_configuration")
_ACCELERATORS, _ACCELERATOR = 2, 3
_PARTITION = "cloud.google.com/gke-gpu-partition-size"


class Spread(NamedTuple):
    """Accelerators that one replica asks for, and those its copies of the model are spread over."""

    asked: float
    used: float
    copies: int


def server_of(subject: Subject) -> Server | Unknown | None:
    """The server a subject is about: None for what runs none, an Unknown where there are several."""
    resource = subject.resource
    if not (is_workload(resource.type) or resource.type in SERVING):
        return None
    answers = subject.context.answers
    key = ("servers", resource.address)
    if key not in answers:
        answers[key] = _servers(subject)
    found: list[Server] = answers[key]
    inside = [one for one in found if _is_inside(one, subject.prefix)]
    if len(inside) == 1:
        return inside[0]
    return UNKNOWN if inside else None


def _servers(subject: Subject) -> list[Server]:
    from costlint.sizing.servers import servers_of, servers_of_endpoint

    resource, view = subject.resource, subject.context.view
    found = servers_of_endpoint(resource, view) if resource.type in _ENDPOINTS else servers_of(resource, view)
    if is_workload(resource.type):
        return found
    return [_on_its_machine(one, subject.context.catalog) for one in found]


def _on_its_machine(server: Server, catalog: Catalog) -> Server:
    """A server that has a machine to itself gets all its accelerators."""
    from msgspec import structs

    size = _size_of(server.machine, catalog) if isinstance(server.machine, str) else []
    asked = server.gpus if isinstance(server.gpus, (int, float)) else 0
    if asked or len(size) < _ACCELERATOR + 1 or not size[_ACCELERATOR]:
        return server
    known_ = catalog.accelerator(size[_ACCELERATOR])
    if known_ is None or known_.vendor != "NVIDIA":
        return server
    return structs.replace(
        server, gpus=float(size[_ACCELERATORS]), device="nvidia.com/gpu", accelerator=size[_ACCELERATOR]
    )


def _is_inside(server: Server, prefix: Path) -> bool:
    """Whether a server runs in the container at a path, or (on Ray) on the accelerators that container asks for."""
    places = (server.container, server.written.get("gpus", ()))
    return any(place[: len(prefix)] == prefix for place in places)


def known(value: Said[T], default: T) -> T:
    """What is said, the default if nothing is. Raises UnknownValue."""
    if isinstance(value, Unknown):
        raise UnknownValue("an option of the server")
    return default if value is None else value


def names_of(subject: Subject) -> Names:
    """The models of the catalog by name."""
    memory = subject.context.memory
    if "model names" not in memory:
        from costlint.sizing.models import Models
        from costlint.sizing.names import Names

        memory["model names"] = Names(Models())
    names: Names = memory["model names"]
    return names


def model_of(server: Server, subject: Subject) -> Named:
    """The model it serves, as the catalog has it. Raises UnknownValue."""
    named = names_of(subject).find(known(server.model, ""))
    if named is None:
        raise UnknownValue("the size of the model")
    return named


def spread_of(server: Server, subject: Subject) -> Spread:
    """How a replica is spread. Raises UnknownValue where options leave that open, or somebody else sets it: the command
    says which devices each of its servers sees, or the image is not the engine's own and may set what is not said."""
    from costlint.sizing.engines import engine_defaults

    if server.engine is None:
        raise UnknownValue("the engine that serves the model")
    asked = known(server.gpus, 0.0) * known(server.pods, 1)
    if not asked:
        raise UnknownValue("which accelerators it gets")
    if not known(server.device, "").startswith(_GPUS):
        raise UnknownValue("how its devices are counted")
    copies = known(server.data_parallel, 1)
    tensor, pipeline = known(server.tensor_parallel, 0), known(server.pipeline_parallel, 0)
    container = lookup(subject.resource.attributes, server.container) if server.container else None
    if any(word in str(container) for word in _CHOOSES_DEVICES):
        raise UnknownValue("which of its accelerators a server sees")
    if tensor or pipeline:
        return Spread(asked, (tensor or 1) * (pipeline or 1) * copies, copies)
    if engine_defaults(server.engine).spreads:
        return Spread(asked, asked, copies)
    if not is_own_image(server):
        raise UnknownValue("what its image sets")
    return Spread(asked, copies, copies)


def is_own_image(server: Server) -> bool:
    """Whether the image is the engine's own: what is not said then is the engine's default."""
    from costlint.sizing.servers.programs import is_published_image, program_of_image

    if server.image is None and server.address.startswith(_BRINGING_IMAGES):
        return True
    if not isinstance(server.image, str) or not is_published_image(server.image):
        return False
    program = program_of_image(server.image)
    return program is not None and program.name == server.engine


def assessment_of(server: Server, subject: Subject) -> Assessment:
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

    spread = spread_of(server, subject)
    if spread.asked >= 1 and spread.used > spread.asked:
        raise UnknownValue("how it is spread over more accelerators than it asks for")
    if _PARTITION in str(subject.resource.attributes):
        raise UnknownValue("the slice of an accelerator its nodes give")
    if server.max_length is None and not is_own_image(server):
        raise UnknownValue("the longest request its image sets")
    model = server.accelerator or WORKLOAD_FACTS["node.accelerator"](subject)
    if (model is None or isinstance(model, Unknown)) and isinstance(server.machine, str):
        size = _size_of(server.machine, subject.context.catalog)
        model = size[_ACCELERATOR] if size else None
    accelerator = subject.context.catalog.accelerator(model) if isinstance(model, str) else None
    if accelerator is None:
        raise UnknownValue("the accelerator it gets")
    found = assess(server, accelerator, names_of(subject), usual_traffic())
    if found.fit.fits and found.beside.is_more:  # only that it does not fit is sure
        raise UnknownValue("what it holds beside its model")
    return found


def _size_of(machine: str, catalog: Catalog) -> list[str]:
    """What an instance type holds, [] where no cloud sells it."""
    found = (catalog.sizes(provider).get(plain_type(provider, machine)) for provider in REFERENCES)
    return next((size for size in found if size), [])


def usual_traffic() -> Traffic:
    """The tokens of a usual request where nobody says."""
    from costlint.sizing.tables import constant
    from costlint.sizing.throughput import Traffic

    return Traffic(int(constant("traffic.prompt-tokens")), int(constant("traffic.answer-tokens")))


def billed_replicas(subject: Subject, asked: float) -> float:
    """Replicas paid for that each ask for so many accelerators; a mean where they scale. Raises UnknownValue."""
    hours = sum(part.quantity.likely for part in components_of(subject) if part.unit == "gpu-hour")
    if not hours or not asked:
        raise UnknownValue("how many replicas are paid for")
    return hours / subject.context.catalog.hours_per_month / asked


def replica_hourly(subject: Subject, asked: float) -> float:
    """USD an hour of one replica that asks for so many accelerators: their part of the machine, whose other resources
    hardly serve anybody without them; else its share of the node. Raises UnknownValue."""
    machine, held = (WORKLOAD_FACTS[name](subject) for name in ("node.monthly", "node.gpus"))
    hours = subject.context.catalog.hours_per_month
    if isinstance(machine, float) and isinstance(held, (int, float)) and held:
        return machine / hours * asked / held
    monthly = sum(part.monthly.likely for part in components_of(subject))
    return monthly / hours / billed_replicas(subject, asked)
