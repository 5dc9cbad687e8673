"""Other ways to run a model server that do for less: fewer accelerators, smaller ones, a smaller format.

A way holds the model at the declared length (or the engine's default) with memory to spare, keeps the requests at a
time the manifest asks for as far as it holds them today, and gives a stated share of today's tokens a second. Under
full load it writes as fast as people are used to, or that share of today. What each costs, the estimators say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from costlint.catalog import Shape
from costlint.clusters.matching import Node
from costlint.clusters.workloads import PodGroup
from costlint.model import Edit, Patch, SetValue, Unknown, UnknownValue
from costlint.policy.placing import Placed, placed_of
from costlint.policy.proposals.machines import choosing_labels, hourly_price, labels_for, machines_for
from costlint.policy.proposals.server_edits import relabelled, retold
from costlint.policy.proposals.ways import Sought, Way, compares
from costlint.policy.serving import assessment_of, billed_replicas, is_own_image, known, names_of, server_of
from costlint.policy.subject import Subject
from costlint.sizing.devices import device

_MOST_ALTERNATIVES = 12


def rightsized(subject: Subject, options: Mapping[str, Any]) -> Iterable[list[Edit]]:
    """Ways that give at least `rate` × the present tokens a second (1 unless given). `others: true` for other
    accelerators, where the pods' own labels say which; else fewer of the same. In one of `formats` instead of its own,
    with a longest request of `length` where none is declared, with a model of the same family of at most `smaller` ×
    the parameters; `replicas: true` allows more of them where fewer GPUs are too slow."""
    server = server_of(subject)
    placed = placed_of(subject)
    if server is None or isinstance(server, Unknown) or not isinstance(placed, Placed):
        return
    now = assessment_of(server, subject)
    if not now.fit.fits or now.given is None or now.fit.close or known(server.pods, 1) != 1:
        return
    replicas = _replicas(placed.group) if options.get("replicas") else None
    sought = Sought(now, server, replicas, options, names_of(subject))
    found = 0
    for way, moved in _others(sought, subject, placed) if options.get("others") else _same(sought):
        edits = edits_for(subject, sought, way, placed)
        if edits is not None and moved is not None:
            edits += relabelled(subject.resource, (*placed.group.path, "nodeSelector"), moved.labels)
        if not edits or (moved is not None and not _saves(subject, sought, way, placed, moved, edits)):
            continue
        yield edits
        found += 1
        if found >= _MOST_ALTERNATIVES:
            return


class _Moved(NamedTuple):
    """The machine a pod is moved to, and the labels that say so."""

    shape: Shape
    labels: Mapping[str, str | None]


def _same(sought: Sought) -> Iterator[tuple[Way, _Moved | None]]:
    """Fewer of the accelerator it runs on; or as many, in a smaller format, would save nothing."""
    part, most = sought.now.placement.device, sought.now.placement.devices
    for form in sought.forms(part):
        count = 1
        while count < most:
            way = sought.way(part, count, form)
            if way is not None and count * way.replicas < most:
                yield way, None
            count *= 2


def _others(sought: Sought, subject: Subject, placed: Placed) -> Iterator[tuple[Way, _Moved | None]]:
    """Other accelerators, or machines with fewer of the same, that the cloud sells in the region, each wholly used;
    where the pods' own labels choose the machine and nothing else does."""
    node, needs, catalog = placed.node, placed.needs, subject.context.catalog
    labels = choosing_labels(placed.group)
    if not isinstance(node, Node) or node.pool is not None or needs is None or labels is None:
        return
    present = sought.now.placement
    for model, shapes in machines_for(subject, node, needs).items():
        accelerator = catalog.accelerator(model)
        if accelerator is None or not compares(accelerator, sought.now):
            continue
        part = present.device if model == present.device.accelerator.model else device(accelerator)
        for form in sought.forms(part):
            for tensor in (1, 2, 4, 8):
                shape = next((one for one in shapes if one.gpu_count == tensor * sought.now.copies), None)
                way = None if shape is None else sought.way(part, tensor, form)
                if way is not None and shape is not None:
                    selector = labels_for(labels, shape)
                    if selector is not None:
                        yield way, _Moved(shape, selector)
                    break


def _saves(subject: Subject, sought: Sought, way: Way, placed: Placed, moved: _Moved, edits: list[Edit]) -> bool:
    """Whether the machines themselves cost less, also by the token, and by at least what the pods' shares of them
    differ: a share leaves out the CPU and memory of a machine whose accelerators are all taken, which nobody else may
    use."""
    context, node = subject.context, placed.node
    if context.price is None or not isinstance(node, Node):
        return False
    address = subject.resource.address
    present = context.catalog.shape(node.provider, node.region, node.machine.name)
    own, after = context.estimates.get(address), context.price(context.view.patched(Patch(tuple(edits))), [address])
    if present is None or not present.gpu_count or own is None or after[address].unpriced:
        return False
    before, now = hourly_price(present, node), hourly_price(moved.shape, node)
    if before is None or now is None or sought.now.given is None:
        return False
    machine = before * sought.now.asked / present.gpu_count
    if now / way.answer > machine / sought.now.given.answer:
        return False
    replicas = billed_replicas(subject, sought.now.asked)
    machines = machine - now * way.replicas
    later = after[address]
    shares = (own.monthly + own.allocated).minus(later.monthly + later.allocated)
    return 0 < shares.likely <= machines * replicas * context.catalog.hours_per_month


def _replicas(group: PodGroup) -> int | None:
    value, path = group.replicas
    if not path or group.minimum.path or isinstance(value, bool):
        return None
    return value if isinstance(value, int) and value > 0 else None


def edits_for(subject: Subject, sought: Sought, way: Way, placed: Placed) -> list[Edit] | None:
    """The edits of a workload that make its server run that way; None where one of them has no place."""
    resource, server, now = subject.resource, sought.server, sought.now
    count = float(way.tensor * now.copies)
    wanted: dict[str, object] = {"gpus": count}
    told = isinstance(server.tensor_parallel, int)
    if told or (way.tensor != now.placement.tensor and not now.engine.spreads):
        wanted["tensor_parallel"] = way.tensor
    if server.pipeline_parallel is not None:
        wanted["pipeline_parallel"] = 1
    if way.form is not None:
        if not is_own_image(server):
            raise UnknownValue("what its image takes for a format")
        wanted["quantisation"] = way.form.name
    if sought.model is not None and sought.options.get("smaller"):
        wanted["model"] = sought.model.id
    if sought.length is not None:
        wanted["max_length"] = sought.length
    edits = retold(resource, subject.context.view, server, wanted)
    if edits is None:
        return None
    if way.replicas > 1 and sought.replicas is not None:
        edits.append(SetValue(resource.address, placed.group.replicas.path, sought.replicas * way.replicas))
    return edits
