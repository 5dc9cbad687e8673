"""Other ways to run a model server that do for less: fewer accelerators, smaller ones, a smaller format.

A way holds the model at the declared length (or the engine's default) with memory to spare, keeps the requests at a
time the manifest asks for as far as it holds them today, and gives a stated share of today's tokens a second. Under
full load it writes as fast as people are used to, or that share of today. What each costs, the estimators say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from costlint.catalog import Shape
from costlint.clusters.machines import INSTANCE_TYPE, accelerator_keys, labels_of
from costlint.clusters.matching import Node
from costlint.clusters.needs import Needs
from costlint.clusters.workloads import PodGroup
from costlint.model import Edit, Patch, Path, SetValue, Unknown, UnknownValue
from costlint.policy.proposals.server_edits import relabelled, retold
from costlint.policy.proposals.ways import Sought, Way, compares
from costlint.policy.serving import assessment_of, billed_replicas, is_own_image, known, names_of, server_of
from costlint.policy.subject import Subject
from costlint.policy.workload_facts import Placed, placed_of
from costlint.sizing.devices import device

_MOST_ALTERNATIVES = 12
_COUNT_LABEL = "cloud.google.com/gke-accelerator-count"
_TYPE_LABELS = (INSTANCE_TYPE, "beta.kubernetes.io/instance-type")
_NEUTRAL = (
    *("topology.kubernetes.io/", "failure-domain.beta.kubernetes.io/", "kubernetes.io/os", "kubernetes.io/arch"),
    *("cloud.google.com/gke-spot", "cloud.google.com/gke-gpu-driver-version", "karpenter.sh/capacity-type"),
    "cloud.google.com/compute-class",
)
"""Labels that say nothing of which machine: where, and how it is bought."""


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
        edits = _edits(subject, sought, way, placed, moved)
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
    labels = _chosen(placed.group)
    if not isinstance(node, Node) or node.pool is not None or needs is None or labels is None:
        return
    present = sought.now.placement
    for model, shapes in _machines(subject, node, needs).items():
        accelerator = catalog.accelerator(model)
        if accelerator is None or not compares(accelerator, sought.now):
            continue
        part = present.device if model == present.device.accelerator.model else device(accelerator)
        for form in sought.forms(part):
            for tensor in (1, 2, 4, 8):
                shape = next((one for one in shapes if one.gpu_count == tensor * sought.now.copies), None)
                way = None if shape is None else sought.way(part, tensor, form)
                if way is not None and shape is not None:
                    selector = _selector(labels, shape)
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
    before, now = _hourly(present, node), _hourly(moved.shape, node)
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


def _hourly(shape: Shape, node: Node) -> float | None:
    price = shape.spot if node.spot is True else shape.on_demand
    return None if price is None else price.amount


def _machines(subject: Subject, node: Node, needs: Needs) -> dict[str, list[Shape]]:
    """The machines a pod of this CPU and memory fits on, by accelerator, cheapest first; with processors of the same
    kind, for which its image is made."""
    catalog = subject.context.catalog
    present = catalog.shape(node.provider, node.region, node.machine.name)
    arch = present.arch if present is not None else "x86_64"
    key = ("machines with accelerators", node.provider, node.region)
    memory = subject.context.memory
    if key not in memory:
        every = catalog.shapes(node.provider, node.region).values()
        sold = [one for one in every if one.gpu_count and one.gpu_model and one.on_demand and one.offered is not False]
        memory[key] = sorted(sold, key=lambda one: (one.on_demand.amount if one.on_demand else 0.0, one.name))
    found: dict[str, list[Shape]] = {}
    for shape in memory[key]:
        large = (shape.vcpu or 0) >= (needs.cpu or 0) and (shape.memory_gib or 0) >= (needs.memory_gib or 0)
        if large and shape.arch == arch:
            found.setdefault(shape.gpu_model, []).append(shape)
    return found


def _chosen(group: PodGroup) -> dict[str, str] | None:
    """The labels that choose the machine; None if anything else may choose it as well."""
    affinity, selector = group.spec.get("affinity"), group.spec.get("nodeSelector")
    if "nodeAffinity" in str(affinity) or not isinstance(selector, dict):
        return None
    found = {}
    for key, value in selector.items():
        if key in accelerator_keys() or key in _TYPE_LABELS or key == _COUNT_LABEL:
            found[str(key)] = str(value)
        elif not str(key).startswith(_NEUTRAL):
            return None
    return found or None


def _selector(labels: Mapping[str, str], shape: Shape) -> dict[str, str | None] | None:
    """The same labels, naming another machine; None where it has no such label."""
    found: dict[str, str | None] = {}
    for key in labels:
        if key in _TYPE_LABELS:
            found[key] = shape.name
        elif key == _COUNT_LABEL:
            found[key] = f"{shape.gpu_count:.0f}"
        else:
            names = sorted(labels_of(shape.gpu_model, key), key=lambda name: (len(name), name))
            if not names:
                return None
            found[key] = names[0] if labels[key] not in names else labels[key]
    return found


def _replicas(group: PodGroup) -> int | None:
    value, path = group.replicas
    if not path or group.minimum.path or isinstance(value, bool):
        return None
    return value if isinstance(value, int) and value > 0 else None


def _edits(subject: Subject, sought: Sought, way: Way, placed: Placed, moved: _Moved | None) -> list[Edit] | None:
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
    if moved is not None:
        at: Path = (*placed.group.path, "nodeSelector")
        edits += relabelled(resource, at, moved.labels)
    if way.replicas > 1 and sought.replicas is not None:
        edits.append(SetValue(resource.address, placed.group.replicas.path, sought.replicas * way.replicas))
    return edits
