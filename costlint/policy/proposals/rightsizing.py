"""Other ways to run a model server that do for less: fewer accelerators, smaller ones, a smaller format.

A way holds the model at the declared length (or the engine's default) with memory to spare, keeps the requests at a
time the manifest asks for as far as it holds them today, gives a stated share of today's tokens a second, and under full
load writes to each as fast as people are used to, or as that share of today. What each costs, the estimators say.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from costlint.catalog import Accelerator, Shape
from costlint.clusters.machines import INSTANCE_TYPE, accelerator_keys, labels_of
from costlint.clusters.matching import Node
from costlint.clusters.needs import Needs
from costlint.clusters.workloads import PodGroup
from costlint.model import Edit, Path, SetValue, Unknown, UnknownValue
from costlint.policy.proposals.server_edits import relabelled, retold
from costlint.policy.serving import assessment_of, is_own_image, known, names_of, server_of, usual_traffic
from costlint.policy.subject import Subject
from costlint.policy.workload_facts import Placed, placed_of
from costlint.sizing.assessing import Assessment
from costlint.sizing.devices import Device, device
from costlint.sizing.formats import Format, support, weight_format, weights_gib
from costlint.sizing.memory import Load, fit, placements
from costlint.sizing.models import Model
from costlint.sizing.names import Names
from costlint.sizing.server import Server
from costlint.sizing.tables import constant
from costlint.sizing.throughput import throughput

_MOST_ALTERNATIVES = 12
_MOST_REPLICAS = 16
_COUNT_LABEL = "cloud.google.com/gke-accelerator-count"
_TYPE_LABELS = (INSTANCE_TYPE, "beta.kubernetes.io/instance-type")
_NEUTRAL = (
    *("topology.kubernetes.io/", "failure-domain.beta.kubernetes.io/", "kubernetes.io/os", "kubernetes.io/arch"),
    *("cloud.google.com/gke-spot", "cloud.google.com/gke-gpu-driver-version", "karpenter.sh/capacity-type"),
    "cloud.google.com/compute-class",
)
"""Labels that say nothing of which machine: where, and how it is bought."""


class Way(NamedTuple):
    """One copy of the model on `tensor` devices in a format (None: as it is), and how many replicas then keep up."""

    part: Device
    tensor: int
    form: Format | None
    replicas: int


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
    sought = _Sought(now, server, replicas, options, names_of(subject))
    ways = [*_same(sought)] if not options.get("others") else [*_others(sought, subject, placed)]
    found = 0
    for way, labels in ways:
        for selector in labels:
            edits = _edits(subject, sought, way, placed, selector)
            if edits:
                yield edits
                found += 1
                if found >= _MOST_ALTERNATIVES:
                    return


class _Sought(NamedTuple):
    now: Assessment
    server: Server
    replicas: int | None
    options: Mapping[str, Any]
    names: Names

    @property
    def model(self) -> Model | None:
        """The model to run: its own, or the largest of its family with `smaller` × its parameters at most (None if
        there is none)."""
        most = self.options.get("smaller")
        return self.now.model if most is None else _sibling(self.now, self.names, float(most))

    @property
    def length(self) -> int | None:
        """The longest request, where it is to be declared first."""
        wanted = self.options.get("length")
        return int(wanted) if wanted and self.server.max_length is None else None

    def forms(self, part: Device) -> Iterator[Format | None]:
        """The formats to try: its own, and those that make it smaller and that the accelerator computes in."""
        if not self.options.get("formats"):
            yield None
            return
        own = self.now.load.form or weight_format(self.now.model.dtype)
        for name in self.options["formats"]:
            form = weight_format(str(name))
            smaller = own is not None and own.bits == 16 and form is not None and form.bits < own.bits
            if smaller and form is not None and support(form, part.accelerator) == "native":
                yield form

    def way(self, part: Device, tensor: int, form: Format | None) -> Way | None:
        """The model on so many devices, None if that does not do."""
        now, model = self.now, self.model
        if model is None or now.given is None:
            return None
        placement = next((one for one in placements(model, part, tensor) if one.pipeline == 1), None)
        if placement is None:
            return None
        load = self._load(form)
        held = fit(
            model,
            load,
            placement,
            now.engine,
            utilisation=known(self.server.memory_utilisation, None),
            cpu_offload_gib=known(self.server.cpu_offload_gib, 0.0),
            kv_cache_gib=known(self.server.kv_cache_gib, None),
        )
        if not held.fits or held.headroom_gib < constant("advice.spare-share") * held.usable_gib:
            return None
        if form is not None and weights_gib(model, now.load.form) / tensor > held.usable_gib:
            return None  # what is quantised at start is loaded in its own format first
        given = throughput(model, load, placement, now.engine, usual_traffic())
        share = float(self.options.get("rate", 1))
        if given is None or given.per_token > max(constant("advice.token-seconds"), now.given.per_token / share):
            return None
        rate = given.answer / (now.given.answer * share)
        times = 1 if rate >= 1 else math.ceil(1 / rate) if self.replicas else 0
        if not times or times * (self.replicas or 1) > _MOST_REPLICAS:
            return None
        return Way(part, tensor, form, times)

    def _load(self, form: Format | None) -> Load:
        load = self.now.load
        asked = known(self.server.max_sequences, None)
        kept = min(asked, self.now.fit.concurrency or 1) if asked else 1
        return load._replace(form=form or load.form, length=self.length or load.length, held=max(kept, 1))


def _sibling(now: Assessment, names: Names, most: float) -> Model | None:
    """The largest model of the same family and kind, in the same format, that is known well and small enough."""
    own = now.model
    if now.named.quantisation:
        return None
    found = [
        one
        for one in names.models.values()
        if (one.family, one.kind, one.dtype) == (own.family, own.kind, own.dtype)
        and one.confidence != "low"
        and one.parameters <= own.parameters * most
    ]
    return max(found, key=lambda one: one.parameters, default=None)


def _same(sought: _Sought) -> Iterator[tuple[Way, list[dict[str, str | None] | None]]]:
    """Fewer of the accelerator it runs on; or as many, in a smaller format, would save nothing."""
    part, most = sought.now.placement.device, sought.now.placement.devices
    for form in sought.forms(part):
        count = 1
        while count < most:
            way = sought.way(part, count, form)
            if way is not None and count * way.replicas < most:
                yield way, [None]
            count *= 2


def _others(
    sought: _Sought, subject: Subject, placed: Placed
) -> Iterator[tuple[Way, list[dict[str, str | None] | None]]]:
    """Other accelerators, or machines with fewer of the same, that the cloud sells in the region, each wholly used;
    where the pods' own labels choose the machine and nothing else does."""
    node, needs, catalog = placed.node, placed.needs, subject.context.catalog
    labels = _chosen(placed.group)
    if not isinstance(node, Node) or node.pool is not None or needs is None or labels is None:
        return
    present = sought.now.placement
    for model, shapes in _machines(subject, node, needs).items():
        accelerator = catalog.accelerator(model)
        if accelerator is None or not _compares(accelerator, present.device.accelerator):
            continue
        part = present.device if model == present.device.accelerator.model else device(accelerator)
        for form in sought.forms(part):
            for tensor in (1, 2, 4, 8):
                shape = next((one for one in shapes if one.gpu_count == tensor * sought.now.copies), None)
                way = None if shape is None else sought.way(part, tensor, form)
                if way is not None and shape is not None:
                    selector = _selector(labels, shape)
                    if selector is not None:
                        yield way, [selector]
                    break


def _compares(other: Accelerator, present: Accelerator) -> bool:
    """Whether an accelerator runs what the present one runs, as far as its figures are known: of the same maker, and
    with bfloat16, which engines' fast kernels come with, if that has it."""
    form = weight_format("bf16")
    if other.vendor != present.vendor or other.confidence == "low" or form is None:
        return False
    return support(form, other) == "native" or support(form, present) != "native"


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


def _edits(
    subject: Subject, sought: _Sought, way: Way, placed: Placed, selector: Mapping[str, str | None] | None
) -> list[Edit] | None:
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
    if selector is not None:
        at: Path = (*placed.group.path, "nodeSelector")
        edits += relabelled(resource, at, selector)
    if way.replicas > 1 and sought.replicas is not None:
        edits.append(SetValue(resource.address, placed.group.replicas.path, sought.replicas * way.replicas))
    return edits
