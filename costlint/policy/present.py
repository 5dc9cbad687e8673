"""The model servers of a stack as they are today: on which accelerators, at what price, how fast."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from costlint.catalog import Catalog
from costlint.clusters.surroundings import surroundings
from costlint.clusters.workloads import is_workload
from costlint.graph import View
from costlint.model import Estimate, Resource, Span, Unknown, UnknownValue, is_unknown, lookup
from costlint.policy.facts import plain_type
from costlint.policy.placing import components_of
from costlint.policy.serving import assessment_of
from costlint.policy.settings import CheckSettings
from costlint.policy.subject import Context, Subject
from costlint.policy.workload_facts import WORKLOAD_FACTS

if TYPE_CHECKING:
    from costlint.catalog import Shape
    from costlint.sizing.assessing import Assessment
    from costlint.sizing.names import Names
    from costlint.sizing.server import Server
    from costlint.sizing.sized import Present
    from costlint.sizing.throughput import Traffic

_MACHINE_PARTS = ("gpu-hour", "vcpu-hour", "gib-hour")


def present_servers(
    view: View, estimates: Mapping[str, Estimate], catalog: Catalog, names: Names, traffic: Traffic
) -> Iterator[Present]:
    """Every model server of a stack; `estimates` are of the stack as it stands."""
    from costlint.sizing.servers import servers_of

    around = surroundings(view, view.stack.cluster, catalog)
    cluster = (around.provider, around.region)
    settings = CheckSettings(model_names=names)
    context = Context(view, estimates, catalog, settings.today, settings.values, memory=settings.memory)
    for resource in view.resources.values():
        for server in servers_of(resource, view):
            element = lookup(resource.attributes, server.container) if server.container else None
            inside = element if isinstance(element, dict) else {}
            subject = Subject(resource, context).at(inside, server.container)
            yield _present(server, subject, str(inside.get("name") or ""), cluster, names, traffic)


def _present(
    server: Server, subject: Subject, container: str, cluster: tuple[str, str], names: Names, traffic: Traffic
) -> Present:
    from costlint.sizing.sized import Present

    resource, catalog = subject.resource, subject.context.catalog
    runs_pods = is_workload(resource.type)
    shape = None if runs_pods else _machine(server, resource, catalog)
    assessment, why = None, ""
    try:
        if shape is not None:
            assessment = _on_machine(server, shape, catalog, names, traffic)
        else:
            assessment = assessment_of(server, subject)
    except UnknownValue as unknown:
        why = str(unknown)
    replicas = _replicas(server, subject)
    place = _place_of_pods(subject, cluster) if runs_pods else None
    return Present(
        server=server,
        stack=subject.context.view.stack.name,
        container=container,
        span=_place(server, resource),
        assessment=assessment,
        why=why,
        machine=shape.name if shape is not None else _text(WORKLOAD_FACTS["node.type"](subject)),
        place=(shape.provider, shape.region) if shape is not None else place,
        place_assumed=runs_pods and place is not None and not cluster[1],
        monthly=_monthly(server, subject, shape, replicas),
        replicas=replicas or 1,
        replicas_known=replicas is not None,
        spot=runs_pods and WORKLOAD_FACTS["node.spot"](subject) is True,
        vcpu=_number(WORKLOAD_FACTS["pod.cpu"](subject)) if runs_pods else None,
        memory_gib=_number(WORKLOAD_FACTS["pod.memory_gib"](subject)) if runs_pods else None,
    )


def _replicas(server: Server, subject: Subject) -> int | None:
    """As many as are billed, else as written; one where nothing is said, None where it cannot be told."""
    hours = sum(part.quantity.likely for part in components_of(subject) if part.unit == "gpu-hour")
    pods = 1.0 if server.pods is None else _number(server.pods)
    if hours and pods and isinstance(server.gpus, (int, float)) and server.gpus:
        return max(round(hours / subject.context.catalog.hours_per_month / server.gpus / pods), 1)
    if isinstance(server.replicas, Unknown):
        return None
    return 1 if server.replicas is None else max(server.replicas, 1)


def _machine(server: Server, resource: Resource, catalog: Catalog) -> Shape | None:
    """The machine a managed endpoint names."""
    if not isinstance(server.machine, str) or not resource.region.name:
        return None
    return catalog.shape(resource.provider, resource.region.name, plain_type(resource.provider, server.machine))


def _on_machine(server: Server, shape: Shape, catalog: Catalog, names: Names, traffic: Traffic) -> Assessment:
    """A server that has a machine to itself."""
    from msgspec import structs

    from costlint.sizing.assessing import assess

    accelerator = catalog.accelerator(shape.gpu_model)
    if accelerator is None or not shape.gpu_count:
        raise UnknownValue("the accelerator it gets")
    alone = structs.replace(server, gpus=shape.gpu_count) if server.gpus is None else server
    return assess(alone, accelerator, names, traffic)


def _monthly(server: Server, subject: Subject, shape: Shape | None, replicas: int | None) -> float | None:
    """What its machines cost a month: of nodes, as large a part as it takes of their accelerators, which nobody else
    can use; where nodes are not known, what its pods are billed, unless the accelerators it asks for have no price.
    Disks and balancers stay as they are. Endpoints other than SageMaker's are priced by nobody here."""
    if shape is not None:
        catalog = subject.context.catalog
        price = catalog.price(shape.provider, shape.region, f"sagemaker.instance-{server.machine}", "hour")
        return None if price is None or replicas is None else price.amount * catalog.hours_per_month * replicas
    node, has = _number(WORKLOAD_FACTS["node.monthly"](subject)), _number(WORKLOAD_FACTS["node.gpus"](subject))
    asks, pods = _number(server.gpus), 1.0 if server.pods is None else _number(server.pods)
    if node and has and asks and pods and replicas is not None:
        return node * replicas * pods * asks / has
    parts = [part for part in components_of(subject) if part.unit in _MACHINE_PARTS]
    if (asks or is_unknown(server.gpus)) and not any(part.unit == "gpu-hour" for part in parts):
        return None
    return sum(part.monthly.likely for part in parts) if parts else None


def _place_of_pods(subject: Subject, cluster: tuple[str, str]) -> tuple[str, str] | None:
    """Where the cluster is, else where the machine its labels name is priced."""
    known = [_text(WORKLOAD_FACTS[f"node.{name}"](subject)) for name in ("provider", "region")]
    provider, region = (said or found or "" for said, found in zip(cluster, known, strict=True))
    return (provider, region) if provider and region else None


def _place(server: Server, resource: Resource) -> Span:
    """The line its model is written on, else its container's, else the resource's."""
    for path in (server.written.get("model"), server.container):
        found = resource.locator.locate(path) if path else None
        if found is not None:
            return found.span
    return resource.span


def _number(value: object) -> float | None:
    return float(value) if not is_unknown(value) and isinstance(value, (int, float)) else None


def _text(value: object) -> str | None:
    return None if is_unknown(value) or not isinstance(value, str) else value
