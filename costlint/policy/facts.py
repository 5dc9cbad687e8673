"""Facts a pattern may ask for beside a resource's attributes; each is a value, None (there is none) or UNKNOWN."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias

from costlint.catalog import Shape
from costlint.graph import block_address
from costlint.model import UNKNOWN, PartialMap, Unknown, is_unknown, lookup, parse_path
from costlint.policy.referring import referenced
from costlint.policy.subject import Subject

Fact: TypeAlias = Callable[[Subject], object]


def instance_type(subject: Subject) -> object:
    """The name of the instance type (shape) of the subject: of the element a rule stands on if it has one."""
    resource = subject.resource
    if subject.shape:
        path = subject.shape
        if subject.prefix:
            return lookup(subject.element, parse_path(path))
    else:
        attribute = subject.context.catalog.shape_attribute(resource.type)
        if attribute is None:
            return None
        path = attribute[0]
        inner = _below(path, subject)
        if inner is not None:
            return lookup(subject.element, inner)
    return resource.get(path)


def instance_path(subject: Subject) -> str:
    """Where that name stands in the resource (dotted, from the subject's element), "" if the type keeps none."""
    if subject.shape:
        return subject.shape
    attribute = subject.context.catalog.shape_attribute(subject.resource.type)
    if attribute is None:
        return ""
    inner = _below(attribute[0], subject)
    return attribute[0] if inner is None else ".".join(map(str, inner))


def _below(path: str, subject: Subject) -> tuple[str | int, ...] | None:
    """The rest of a path from the resource that leads through the subject's element, None if it does not."""
    if not subject.prefix:
        return None
    steps = [step for step in parse_path(path) if isinstance(step, str)]
    names = [step for step in subject.prefix if isinstance(step, str)]
    return tuple(steps[len(names) :]) if steps[: len(names)] == names else None


def _shape(subject: Subject, name: str) -> Shape | None:
    resource = subject.resource
    return subject.context.catalog.shape(resource.provider, resource.region.name, plain_type(resource.provider, name))


def plain_type(provider: str, name: str) -> str:
    """The name of the shape: managed services write it with a prefix or suffix (ml.g5.xlarge, r6g.large.search)."""
    if provider != "aws":
        return name
    plain = name.removesuffix(".search").removesuffix(".elasticsearch")
    for prefix in ("db.", "cache.", "ml.", "kafka."):
        plain = plain.removeprefix(prefix)
    return plain


def _of_family(attribute: str) -> Callable[[Subject, str], object]:
    def fact(subject: Subject, name: str) -> object:
        family = subject.context.catalog.family(subject.resource.provider, name)
        value = getattr(family, attribute) if family else UNKNOWN
        return None if value == "" else value

    return fact


def _of_shape(attribute: str) -> Callable[[Subject, str], object]:
    def fact(subject: Subject, name: str) -> object:
        shape = _shape(subject, name)
        value = getattr(shape, attribute) if shape else UNKNOWN
        if attribute in ("vcpu", "memory_gib", "gpu_count", "offered") and value is None:
            return UNKNOWN
        return None if value == "" else value

    return fact


def _successor(subject: Subject, name: str) -> object:
    resource = subject.resource
    return subject.context.catalog.successor(resource.provider, resource.region.name, name)


def _twin(vendor: Literal["arm", "amd"]) -> Callable[[Subject, str], object]:
    def fact(subject: Subject, name: str) -> object:
        resource = subject.resource
        return subject.context.catalog.twin(resource.provider, resource.region.name, name, vendor)

    return fact


def _hourly(attribute: str) -> Callable[[Subject, str], object]:
    def fact(subject: Subject, name: str) -> object:
        shape = _shape(subject, name)
        price = getattr(shape, attribute) if shape else None
        return price.amount if price else UNKNOWN

    return fact


_INSTANCE: Mapping[str, Callable[[Subject, str], object]] = {
    "type": lambda subject, name: name,
    "family": _of_family("name"),
    "generation": _of_family("generation"),
    "current": _of_family("current"),
    "arch": _of_family("arch"),
    "vendor": _of_family("vendor"),
    "category": _of_family("category"),
    "vcpu": _of_shape("vcpu"),
    "memory_gib": _of_shape("memory_gib"),
    "gpu_count": _of_shape("gpu_count"),
    "gpu_model": _of_shape("gpu_model"),
    "gpu_memory_gib": _of_shape("gpu_memory_gib"),
    "offered": _of_shape("offered"),
    "on_demand": _hourly("on_demand"),
    "spot": _hourly("spot"),
    "successor": _successor,
    "arm_twin": _twin("arm"),
    "amd_twin": _twin("amd"),
}


def _instance(name: str) -> Fact:
    compute = _INSTANCE[name]

    def fact(subject: Subject) -> object:
        shape = instance_type(subject)
        if shape is None or isinstance(shape, Unknown):
            return shape
        resource = subject.resource
        key = (name, resource.provider, resource.region.name, shape if isinstance(shape, str) else str(shape))
        memory = subject.context.memory
        if key not in memory:
            memory[key] = compute(subject, str(shape))
        return memory[key]

    return fact


def _support(name: str) -> Fact:
    def fact(subject: Subject) -> object:
        supported = subject.support
        if supported is None:
            return None
        read = (lambda path: lookup(subject.element, parse_path(path))) if subject.prefix else subject.resource.get
        version = read(supported.version)
        product: object = supported.product
        if supported.product_from:
            product = read(supported.product_from)
            if isinstance(product, str):
                product = supported.products.get(product, product)
        if version is None or product is None:
            return None
        if isinstance(version, Unknown) or isinstance(product, Unknown):
            return UNKNOWN
        catalog = subject.context.catalog
        if name == "upgrade":
            return catalog.upgrade(str(product), subject.context.as_of)
        found = catalog.support(str(product), str(version))
        if found is None:
            return UNKNOWN
        if name != "status":
            return getattr(found, name) or None
        today = subject.context.as_of.isoformat()
        if found.extended_end and found.extended_end < today:
            return "ended"
        if found.standard_end and found.standard_end < today:
            return "extended" if found.extended_end else "ended"
        return "standard"

    return fact


def monthly(subject: Subject) -> object:
    """What the resource costs a month as the view stands (likely, USD), its share of others' bills included; UNKNOWN if
    a part has no price."""
    estimate = subject.context.estimates.get(subject.resource.address)
    if estimate is None or estimate.unpriced:
        return UNKNOWN
    return estimate.monthly.likely + estimate.allocated.likely


def copies(subject: Subject) -> object:
    """How many instances the block of the resource has."""
    view, block = subject.context.view, block_address(subject.resource.address)
    unsure = is_unknown(subject.resource.exists) or f"{block}[?]" in view.resources
    return UNKNOWN if unsure else view.copies(block)


def region(subject: Subject) -> object:
    """Where the resource runs; UNKNOWN if only assumed."""
    return UNKNOWN if subject.resource.region.assumed else subject.resource.region.name


def address(subject: Subject) -> object:
    """The full address, module and key included: what people call a resource when it has no other name."""
    return subject.resource.address


def exported(subject: Subject) -> object:
    """Whether an output of the root hands the resource on, so that something elsewhere may use it."""
    named = subject.context.view.stack.exported
    address = subject.resource.address
    return address in named or block_address(address) in named


def missing_tags(subject: Subject) -> object:
    """The configured required tags the resource certainly lacks; None if it has them all."""
    required = subject.context.config.get("required_tags") or ()
    tags = subject.resource.tags
    if not isinstance(required, (list, tuple)) or not required:
        return None
    missing = [key for key in required if key not in tags]
    if missing and (subject.resource.adapted or isinstance(tags, (PartialMap, Unknown))):
        return UNKNOWN
    return missing or None


RESOURCE_FACTS: Mapping[str, Fact] = {
    **{f"instance.{name}": _instance(name) for name in _INSTANCE},
    **{f"support.{name}": _support(name) for name in ("status", "standard_end", "extended_end", "upgrade")},
    "address": address,
    "monthly": monthly,
    "copies": copies,
    "label": lambda subject: subject.resource.name or None,
    "referenced": referenced,
    "region": region,
    "tags": lambda subject: subject.resource.tags,
    "missing_tags": missing_tags,
    "exported": exported,
}
"""Every named fact about a resource; `tags.<key>` and `config.<name>` come on top."""

_ABOUT_THE_STACK = ("address", "copies", "exported", "monthly", "referenced")
LOCAL = frozenset(RESOURCE_FACTS).difference(_ABOUT_THE_STACK)
"""Facts that are equal for two resources of a type with the same attributes, tags, region and environment."""
