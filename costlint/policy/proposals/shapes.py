"""Other instance types that would do: found by size among the types sold in the region, not by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from costlint.catalog import Accelerator, Catalog, Shape
from costlint.model import Edit, SetValue, UnknownValue, is_unknown, parse_path
from costlint.policy.facts import instance_path, instance_type, plain_type
from costlint.policy.subject import Subject

_MOST_ALTERNATIVES = 5
_MANAGED = "ml."


def cheapest_shape(subject: Subject, options: Mapping[str, Any]) -> Iterable[list[Edit]]:
    """The cheapest types with at least `vcpu` × and `memory` × what the present one has (1 unless given), of the same
    processor architecture, in `families` (a regular expression on the whole family name, or `same`; any unless
    given), of a `category` (likewise); with `alike: [vendor, generation]` of the present family's."""
    wanted = str(options.get("families", ""))
    own = _own(subject)
    catalog, provider = subject.context.catalog, subject.resource.provider
    family = catalog.family(provider, own.name)
    if wanted == "same":
        wanted = re.escape(family.name) if family else "$^"
    fits = re.compile(wanted).fullmatch if wanted else None
    category = options.get("category")
    alike = [str(kind) for kind in options.get("alike", ()) if kind in ("vendor", "generation")]

    def suits(shape: Shape) -> bool:
        kin = catalog.family(provider, shape.name)
        if kin is None or (fits and not fits(kin.name)) or (category and kin.category != category):
            return False
        if any(getattr(kin, kind) != getattr(family, kind, None) for kind in alike):
            return False
        return bool(shape.gpu_count) == bool(own.gpu_count) and _holds(shape, own, options)

    return _alternatives(subject, own, suits)


def cheapest_gpu(subject: Subject, options: Mapping[str, Any]) -> Iterable[list[Edit]]:
    """The cheapest types with another GPU that is known to be as good: as much memory, `bandwidth` × and `tflops` × of
    the present one's memory bandwidth and FP16 speed (1 unless given; a figure nobody states for the present GPU is not
    asked for), in the same number, on a host of at least `vcpu` × and `memory` × its size."""
    own = _own(subject)
    catalog = subject.context.catalog
    present = catalog.accelerator(own.gpu_model)
    if present is None or present.confidence == "low" or not own.gpu_count or not own.gpu_memory_gib:
        return []
    count, memory = own.gpu_count, own.gpu_memory_gib

    def suits(shape: Shape) -> bool:
        if shape.gpu_model == own.gpu_model or shape.gpu_count != count:
            return False
        if not shape.gpu_memory_gib or shape.gpu_memory_gib < memory:
            return False
        other = catalog.accelerator(shape.gpu_model)
        return other is not None and _as_good(other, present, options) and _holds(shape, own, options)

    return _alternatives(subject, own, suits)


def single_gpu(subject: Subject, options: Mapping[str, Any]) -> Iterable[list[Edit]]:
    """Types with one GPU of the same model instead of several, the numbers at `counts` (paths) multiplied to keep as
    many GPUs; hosts have at least `vcpu` × and `memory` × of one GPU's part of the present host."""
    own = _own(subject)
    if not own.gpu_count or own.gpu_count < 2:
        return
    part = own._replace(vcpu=_part(own.vcpu, own.gpu_count), memory_gib=_part(own.memory_gib, own.gpu_count))

    def suits(shape: Shape) -> bool:
        return shape.gpu_count == 1 and shape.gpu_model == own.gpu_model and _holds(shape, part, options)

    more = []
    for path in options.get("counts", ()):
        written = subject.resource.get(path)
        if is_unknown(written):
            raise UnknownValue(f"{subject.resource.address}.{path}")
        if isinstance(written, (int, float)):
            more.append(SetValue(subject.resource.address, parse_path(path), int(written * own.gpu_count)))
    for edits in _alternatives(subject, own, suits, nodes=own.gpu_count):
        yield [*edits, *more]


def _alternatives(
    subject: Subject, own: Shape, suits: Callable[[Shape], bool], nodes: float = 1
) -> Iterator[list[Edit]]:
    """The cheapest few that suit, as edits of the instance type; `nodes` of them replace one."""
    resource = subject.resource
    written = str(instance_type(subject))
    prefix = _MANAGED if written.startswith(_MANAGED) else ""
    path = (*subject.prefix, *parse_path(instance_path(subject)))
    found = [s for s in _sold(subject, own, prefix) if s.name != own.name and s.arch == own.arch and suits(s)]
    found.sort(key=lambda shape: (shape.on_demand.amount if shape.on_demand else 0, shape.name))
    limit = own.on_demand.amount if own.on_demand else None
    for shape in found[:_MOST_ALTERNATIVES]:
        if limit is None or (shape.on_demand and shape.on_demand.amount * nodes < limit):
            yield [SetValue(resource.address, path, prefix + shape.name)]


def _sold(subject: Subject, own: Shape, prefix: str) -> Iterator[Shape]:
    """Priced shapes of the region with or without GPUs, as the present one is."""
    context, resource = subject.context, subject.resource
    catalog, provider, region = context.catalog, resource.provider, resource.region.name
    key = ("sold", provider, region, bool(own.gpu_count))
    if key not in context.memory:
        every = catalog.shapes(provider, region).values()
        context.memory[key] = [s for s in every if s.on_demand and bool(s.gpu_count) == bool(own.gpu_count)]
    shapes: list[Shape] = context.memory[key]
    for shape in shapes:
        if prefix:
            if catalog.price(provider, region, f"sagemaker.instance-{prefix}{shape.name}", "hour"):
                yield shape
        elif shape.offered is not False:
            yield shape


def _own(subject: Subject) -> Shape:
    name, resource = instance_type(subject), subject.resource
    if name is None or is_unknown(name):
        raise UnknownValue(f"the instance type of {resource.address}")
    catalog: Catalog = subject.context.catalog
    found = catalog.shape(resource.provider, resource.region.name, plain_type(resource.provider, str(name)))
    if found is None:
        raise UnknownValue(f"the size of {name} in {resource.region.name}")
    return found


def _holds(shape: Shape, own: Shape, options: Mapping[str, Any]) -> bool:
    """At least the asked part of the vCPUs and memory; sizes nobody states do not pass."""
    for mine, theirs, share in (
        (shape.vcpu, own.vcpu, options.get("vcpu", 1)),
        (shape.memory_gib, own.memory_gib, options.get("memory", 1)),
    ):
        if theirs is None or mine is None or mine < theirs * share:
            return False
    return True


def _as_good(other: Accelerator, present: Accelerator, options: Mapping[str, Any]) -> bool:
    if other.vendor != present.vendor or other.confidence == "low":
        return False
    for mine, theirs, share in (
        (other.memory_bandwidth_gb_s, present.memory_bandwidth_gb_s, options.get("bandwidth", 1)),
        (other.fp16_tflops, present.fp16_tflops, options.get("tflops", 1)),
    ):
        if theirs is not None and (mine is None or mine < theirs * share):
            return False
    return True


def _part(amount: float | None, parts: float) -> float | None:
    return None if amount is None else amount / parts
