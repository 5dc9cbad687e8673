"""Smaller machines for a model behind a SageMaker endpoint: what its container is told changes along."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from costlint.catalog import Shape
from costlint.model import Edit, SetValue, Unknown, lookup, sources_of
from costlint.policy.proposals.server_edits import retold
from costlint.policy.proposals.ways import Sought, Way, compares
from costlint.policy.serving import assessment_of, names_of, server_of
from costlint.policy.subject import Subject
from costlint.sizing.devices import device
from costlint.sizing.formats import weights_gib
from costlint.sizing.servers import servers_of

_MOST_ALTERNATIVES = 8
_MANAGED = "ml."


def rightsized_endpoint(subject: Subject, options: Mapping[str, Any]) -> Iterable[list[Edit]]:
    """Other `ml.` machines of the region that hold the model of a production variant, all of whose accelerators it is
    spread over, with at least `rate` × the present tokens a second (1 unless given)."""
    server = server_of(subject)
    if server is None or isinstance(server, Unknown) or not isinstance(server.machine, str):
        return
    now = assessment_of(server, subject)
    if not now.fit.fits or now.given is None or now.fit.close:
        return
    sought = Sought(now, server, None, options, names_of(subject))
    found = 0
    for shape in _machines(subject, weights_gib(now.model, now.load.form)):
        way = _way(sought, shape, subject)
        edits = None if way is None else _edits(subject, sought, way, shape)
        if edits:
            yield edits
            found += 1
            if found >= _MOST_ALTERNATIVES:
                return


def _machines(subject: Subject, memory_gib: float) -> Iterator[Shape]:
    """Machines SageMaker has a price for, cheapest first, whose own memory the weights pass through."""
    catalog, region = subject.context.catalog, subject.resource.region.name
    priced = [
        (price.amount, shape)
        for shape in catalog.shapes("aws", region).values()
        if shape.gpu_count and shape.gpu_model and (shape.memory_gib or 0) >= memory_gib and shape.arch == "x86_64"
        if (price := catalog.price("aws", region, f"sagemaker.instance-{_MANAGED}{shape.name}", "hour")) is not None
    ]
    for _, shape in sorted(priced, key=lambda one: (one[0], one[1].name)):
        yield shape


def _way(sought: Sought, shape: Shape, subject: Subject) -> Way | None:
    accelerator = subject.context.catalog.accelerator(shape.gpu_model)
    count = int(shape.gpu_count or 0)
    if accelerator is None or not compares(accelerator, sought.now):
        return None
    return sought.way(device(accelerator), count // sought.now.copies, None) if count else None


def _edits(subject: Subject, sought: Sought, way: Way, shape: Shape) -> list[Edit] | None:
    """The machine in the variant, and the parallelism in the environment of the model it names, if it is said there."""
    written = lookup(subject.element, ("instance_type",))
    if written is None or isinstance(written, Unknown):
        return None
    edits: list[Edit] = [
        SetValue(subject.resource.address, (*subject.prefix, "instance_type"), f"{_MANAGED}{shape.name}")
    ]
    view = subject.context.view
    for source in sources_of(subject.element.get("model_name")):
        model = view.get(source.address)
        for server in servers_of(model, view) if model is not None else ():
            if server.tensor_parallel is None and (sought.now.engine.spreads or way.tensor == 1):
                continue
            told = retold(model, view, server, {"tensor_parallel": way.tensor}) if model is not None else None
            if told is None:
                return None
            edits += told
    return edits
