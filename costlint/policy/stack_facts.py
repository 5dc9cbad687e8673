"""Facts about a whole stack, for rules with `scope: stack`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from costlint.catalog import Catalog
from costlint.model import UNKNOWN, Component, Resource, Unknown, total
from costlint.policy.facts import Fact
from costlint.policy.regions import cheapest_region
from costlint.policy.subject import Context, Subject

_MACHINES = ("ec2", "compute")
"""Services whose instances are machines a compute commitment covers."""


def _monthly(subject: Subject) -> object:
    """What the priced resources cost a month (likely, USD). Parts without a price are left out: a lower bound."""
    answers = subject.context.answers
    if "monthly" not in answers:
        answers["monthly"] = total(estimate.monthly for estimate in subject.context.estimates.values()).likely
    return answers["monthly"]


def _regions(subject: Subject) -> object:
    known = {r.region.name for r in subject.context.view.resources.values() if not r.region.assumed}
    return sorted(known)


def _providers(subject: Subject) -> object:
    return sorted({resource.provider for resource in subject.context.view.resources.values()})


def _on_demand(subject: Subject) -> object:
    return sum(machine.component.monthly.low for machine in _steady(subject))


class _Machine(NamedTuple):
    """One line of a bill for machines that run all month, and the instance type they are."""

    resource: Resource
    component: Component
    name: str


def _steady(subject: Subject) -> list[_Machine]:
    """Machines billed by the hour at on-demand prices, of whose cost the lower bound is there all month: what a
    commitment to compute would cover."""
    answers = subject.context.answers
    if "steady" not in answers:
        answers["steady"] = list(_billed_hourly(subject))
    found: list[_Machine] = answers["steady"]
    return found


def _billed_hourly(subject: Subject) -> Iterator[_Machine]:
    context = subject.context
    for address, estimate in context.estimates.items():
        resource = context.view.get(address)
        for component in estimate.components if resource is not None else ():
            hourly = component.unit == "hour" and not component.usage
            if resource is None or not hourly or "spot" in component.name.lower() or "Savings" in component.name:
                continue
            name = _machine_type(component, resource, context.catalog)
            if name:
                yield _Machine(resource, component, name)


def _machine_type(component: Component, resource: Resource, catalog: Catalog) -> str:
    """The instance type a line bills, "" if it bills something else (a database node, a gateway)."""
    if component.sku:
        sold = catalog.shape(resource.provider, resource.region.name, component.sku)
        return component.sku if sold else ""
    attribute = catalog.shape_attribute(resource.type)
    written = resource.get(attribute[0]) if attribute and attribute[1] in _MACHINES else None
    return "" if written is None or isinstance(written, Unknown) else str(written)


def _committed(term: str) -> Fact:
    def fact(subject: Subject) -> object:
        """What committing to the steady on-demand compute not yet covered would save a month (median discounts)."""
        saved, steady = 0.0, sum(machine.component.monthly.low for machine in _steady(subject))
        for machine in _steady(subject):
            saved += machine.component.monthly.low * _discount(machine, term, subject.context) / 100
        open_share = max(0.0, 1 - _committed_already(subject) / steady) if steady else 0.0
        return saved * open_share

    return fact


def _discount(machine: _Machine, term: str, context: Context) -> float:
    """Percent off for committing to a machine, 0 if no source states one."""
    key = ("discount", machine.resource.provider, machine.resource.region.name, machine.name, term)
    percent: float | None = context.memory.get(key)
    if percent is None:
        percent = context.memory[key] = _percent(*key[1:], context.catalog)
    return percent


def _percent(provider: str, region: str, machine: str, term: str, catalog: Catalog) -> float:
    """Some discounts are stated for a type or a whole series (n2 of n2-standard-16)."""
    family = catalog.family(provider, machine)
    named = (family.name if family else "", machine, machine.partition("-")[0])
    for kind in ("standard", "cud", "reservation"):
        for name in named:
            found = catalog.commitment(provider, region, name, kind, term)
            if found is not None:
                return found.percent
    return 0.0


def _committed_already(subject: Subject) -> float:
    """What the user has committed to, a month, for the providers of this stack."""
    providers = {resource.provider for resource in subject.context.view.resources.values()}
    bought: Any = subject.context.config.get("commitments") or ()
    return float(
        sum(one.hourly or 0 for one in bought if one.provider in providers) * subject.context.catalog.hours_per_month
    )


def _uncommitted(subject: Subject) -> object:
    """Steady on-demand compute that a commitment could cover and none does: new GPU types have none to offer."""
    machines, context = _steady(subject), subject.context
    coverable = (m.component.monthly.low for m in machines if any(_discount(m, term, context) for term in _TERMS))
    return max(0.0, sum(coverable) - _committed_already(subject))


_TERMS = ("1y", "3y")


STACK_FACTS: Mapping[str, Callable[[Subject], object]] = {
    "monthly": _monthly,
    "on_demand": _on_demand,
    "uncommitted": _uncommitted,
    "region.cheapest": lambda subject: _cheapest_region(subject)[0],
    "region.saving": lambda subject: _cheapest_region(subject)[1],
    "commitment.1y": _committed("1y"),
    "commitment.3y": _committed("3y"),
    "regions": _regions,
    "providers": _providers,
    "resources": lambda subject: len(subject.context.view.resources),
    "name": lambda subject: subject.context.view.stack.name,
    "workspace": lambda subject: subject.context.view.stack.workspace,
    "kind": lambda subject: subject.context.view.stack.kind,
    "variables": lambda subject: subject.context.view.stack.variables,
}


def _cheapest_region(subject: Subject) -> tuple[object, object]:
    answers = subject.context.answers
    if "region" not in answers:
        answers["region"] = cheapest_region(subject.context)
    found: tuple[object, object] = answers["region"]
    return found


def count_of(kind: str) -> Fact:
    """How many resources of a type the stack deploys; UNKNOWN where a count or a module cannot be known."""

    def fact(subject: Subject) -> object:
        view = subject.context.view
        found = list(view.of_type(kind))
        unsure = bool(view.stack.unresolved or view.stack.adapted) or any(isinstance(r.exists, Unknown) for r in found)
        return UNKNOWN if unsure else len(found)

    return fact
