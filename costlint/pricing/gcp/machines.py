"""The price of Compute Engine machines: predefined and custom types, attached GPUs, spot, sustained use.

Accelerator-optimised types (a2, a3, a4, g2, g4) carry their GPUs in their price; only N1 machines pay for attached
ones. Sustained-use discounts are automatic for machines that run all month, so they are billed as a line of their own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Literal, NamedTuple, TypeAlias

from costlint.catalog import Catalog, Price
from costlint.catalog.tables import DATA, records
from costlint.model import Money, Resource
from costlint.numerals import whole_number
from costlint.pricing.counts import Count, last_segment
from costlint.pricing.estimating import Bill
from costlint.pricing.misspelt import meant
from costlint.pricing.quantities import product, remainder
from costlint.pricing.sections import sections

_CUSTOM = re.compile(r"^(?:(?P<family>[a-z]\d+[a-z]?)-)?custom-(?P<vcpu>\d+)-(?P<mib>\d+)(?P<extended>-ext)?$")
_MIB_PER_GIB = 1024
_WITH_LOCAL_SSD = re.compile(r"lssd|^(?:a2-ultragpu|a3|a4|z3)")
_WITH_GPUS = re.compile(r"^(?:a\d|g[24]-)")
Purchase: TypeAlias = Literal["on-demand", "spot", "flex-start"]
"""How machines are bought. Flex-start: for up to seven days, when capacity is free, at a price of its own."""

COMMITMENT = "google_compute_region_commitment"
_SUSTAINED_REGION = "us-central1"


class Gpus(NamedTuple):
    """GPUs attached to each machine."""

    model: str
    number: float


def gpus_of(
    resource: Resource, block: str = "guest_accelerator", kind: str = "type", count: str = "count"
) -> list[Gpus]:
    """GPUs a resource attaches to each machine (`nvidia-tesla-t4`; enumeration spellings are read too)."""
    found = []
    for part in sections(resource, block):
        model = last_segment(part.text(kind)).replace("_", "-").lower()
        if model:
            found.append(Gpus(model, part.number(count, 1)))
    return found


def purchase_of(resource: Resource, block: str = "scheduling") -> Purchase:
    """How a machine is bought; the older preemptible ones are bought like spot. Raises UnknownValue."""
    model = resource.text(f"{block}.provisioning_model").upper()
    if model == "FLEX_START":
        return "flex-start"
    return "spot" if model == "SPOT" or resource.flag(f"{block}.preemptible") else "on-demand"


def bill_machines(
    bill: Bill,
    machine_type: str,
    machines: Count,
    *,
    purchase: Purchase = "on-demand",
    gpus: list[Gpus] | None = None,
    share: Money | None = None,
) -> None:
    """Bill machines and their GPUs. `share` is the part of the month they run (all of it unless given)."""
    name = last_segment(machine_type)
    hours = machines.number.times(bill.hours)
    if share is not None:
        hours = product(hours, share)
    month = share.likely if share is not None else machines.share
    on_demand = purchase == "on-demand"
    sustained = _sustained(bill, _family(name), month) if on_demand else Sustained(0.0, 0.0)
    label = f"{name}, {purchase}"
    price = machine_price(bill, name, purchase)
    if price is None:
        bill.unpriced(f"no {purchase} price for {name} in {bill.region}{_otherwise(bill, name, purchase)}")
    else:
        rest = _bill_committed(bill, name, price, hours) if on_demand else hours
        bill.add_priced(label, price, rest, sku=name, assumptions=machines.assumptions)
        _bill_sustained(bill, label, price, rest, sustained)
    for gpu in () if _WITH_GPUS.match(name) else (gpus or ()):
        sku = f"compute-gpu.{gpu.model}-attached{'' if on_demand else f'-{purchase}'}"
        attached = hours.times(gpu.number)
        bill.add(f"{gpu.number:g} × {gpu.model}", sku, "gpu-hour", attached, assumptions=machines.assumptions)
        gpu_price = bill.price(sku, "gpu-hour")
        if gpu_price is not None:
            _bill_sustained(bill, gpu.model, gpu_price, attached, sustained)


def bill_local_ssd(
    bill: Bill, machine_type: str, disks: float, machines: Count, purchase: Purchase, gib: float = 0
) -> None:
    """Bill local SSD disks attached to each machine, unless the machine type brings its own."""
    if not disks or _WITH_LOCAL_SSD.search(last_segment(machine_type)):
        return
    size = gib or bill.constant("gcp.local-ssd-gib")
    sku = f"disk.local-ssd{'-spot' if purchase == 'spot' else ''}"
    bill.add("local SSD", sku, "gib-month", machines.number.times(disks * size), assumptions=machines.assumptions)


def machine_price(bill: Bill, name: str, purchase: Purchase = "on-demand") -> Price | None:
    """USD/hour of one machine in the bill's region; custom types are computed from predefined ones (inferred), machines
    of TPUs cost their chips."""
    if purchase == "flex-start":
        return bill.price(f"compute-flex-start.{name}", "hour")
    spot = purchase == "spot"
    custom = _CUSTOM.match(name)
    if custom:
        return _custom_price(bill, custom, spot=spot)
    shape = bill.catalog.shape("gcp", bill.region, name)
    if shape is None:
        return _price_of_chips(bill, name, spot=spot)
    return shape.spot if spot else shape.on_demand


def _price_of_chips(bill: Bill, name: str, *, spot: bool) -> Price | None:
    """The price of a machine by the chips its name counts (`ct5lp-hightpu-4t` holds four), None for other machines."""
    series, _, chips = name.rpartition("-")
    generation = _tpu_series().get(series)
    number = whole_number(chips.removesuffix("t")) if chips.endswith("t") else None
    if generation is None or number is None:
        return None
    price = bill.price(f"tpu.{generation}{'-spot' if spot else ''}", "chip-hour")
    return None if price is None else price.times(number)._replace(unit="hour")


@cache
def _tpu_series() -> Mapping[str, str]:
    return {row["series"]: row["generation"] for row in records(DATA / "gcp" / "tpu_machines.csv")}


def _otherwise(bill: Bill, name: str, purchase: Purchase) -> str:
    """Why a machine has no price: it is sold in another way only, or its name may be misspelt."""
    others: tuple[Purchase, ...] = ("on-demand", "spot", "flex-start")
    sold = [other for other in others if other != purchase and machine_price(bill, name, other) is not None]
    return f": its prices are for {' and '.join(sold)}" if sold else meant(bill, name)


def has_gpus(machine_type: str) -> bool:
    """True for types that carry their GPUs in their price."""
    return bool(_WITH_GPUS.match(last_segment(machine_type)))


def vcpus_of(bill: Bill, machine_type: str) -> float | None:
    """vCPUs of a machine type, None if they are not known."""
    name = last_segment(machine_type)
    custom = _CUSTOM.match(name)
    if custom:
        return float(custom["vcpu"])
    shape = bill.catalog.shape("gcp", bill.region, name)
    return shape.vcpu if shape else None


def _custom_price(bill: Bill, custom: re.Match[str], *, spot: bool) -> Price | None:
    """Per vCPU and per GiB from two predefined types of the family × the surcharge custom types carry."""
    family = custom["family"] or "n1"
    standard = bill.catalog.shape("gcp", bill.region, f"{family}-standard-4")
    highmem = bill.catalog.shape("gcp", bill.region, f"{family}-highmem-4")
    if custom["extended"] or standard is None or highmem is None:
        return None
    lower, upper = (standard.spot, highmem.spot) if spot else (standard.on_demand, highmem.on_demand)
    if lower is None or upper is None or not (standard.vcpu and standard.memory_gib and highmem.memory_gib):
        return None
    vcpu, gib, more_gib = standard.vcpu, standard.memory_gib, highmem.memory_gib - standard.memory_gib
    surcharge = bill.constant(f"gcp.custom-machine.surcharge{'-e2' if family == 'e2' else ''}")

    def worth(less: float, more: float) -> float:
        per_gib = (more - less) / more_gib
        per_vcpu = (less - per_gib * gib) / vcpu
        return (per_vcpu * int(custom["vcpu"]) + per_gib * int(custom["mib"]) / _MIB_PER_GIB) * surcharge

    terms = None
    if lower.terms is not None and upper.terms is not None:
        listed = worth(lower.terms.listed, upper.terms.listed)
        contracted = worth(lower.terms.contracted, upper.terms.contracted)
        terms = lower.terms._replace(listed=listed, contracted=contracted)
    source = f"per vCPU and GiB of {family}-standard-4 and {family}-highmem-4 × {surcharge:g}; {lower.source}"
    return Price(worth(lower.amount, upper.amount), "hour", source, lower.date, True, terms)


def _bill_committed(bill: Bill, name: str, price: Price, hours: Money) -> Money:
    """Bill the hours a commitment in the stack covers; the hours that are left."""
    commitments = bill.of_type(COMMITMENT)
    if not commitments:
        return hours
    term = "3y" if commitments[0].text("plan").upper().startswith("THIRTY") else "1y"
    line = "-".join(name.split("-")[:2])
    families = (name, line, _family(name))
    found = (bill.catalog.commitment("gcp", bill.region, family, "cud", term) for family in families)
    discount = next((known for known in found if known is not None), None)
    if discount is None:
        return hours
    covered = bill.assume("gcp.commitment.covered-share")
    less = price.times(1 - discount.percent / 100).not_committed()
    basis = (str(covered), f"committed use {term}, {discount.percent:g} % off: {discount.source}")
    bill.add_priced(f"{name}, committed", less, product(hours, covered.quantity), sku=name, assumptions=basis)
    return product(hours, remainder(covered.quantity))


def _family(name: str) -> str:
    custom = _CUSTOM.match(name)
    if custom:
        return custom["family"] or "custom"
    return name.partition("-")[0]


class Sustained(NamedTuple):
    """The sustained-use discount of a machine that runs `share` of the month."""

    percent: float
    share: float


def _sustained(bill: Bill, family: str, share: float) -> Sustained:
    """Percent off the hours a machine runs in a month, 0 for families without the discount.

    Google bills the month in equal steps, the first at full price and each further one that much cheaper that a whole
    month gets the published discount: N1 pays 100, 80, 60 and 40 % of the price in the four quarters of the month,
    30 % off altogether (`sustained_use_tiers` of its price list).
    """
    whole = _whole_month(bill.catalog, family)
    steps = int(bill.constant("gcp.sustained-use.steps")) if whole else 0
    if not whole or share <= 0 or steps < 2:
        return Sustained(0.0, share)
    cheaper = 2 * whole / (steps - 1)
    runs = [min(max(share * steps - step, 0.0), 1.0) for step in range(steps)]
    return Sustained(sum(part * step * cheaper for step, part in enumerate(runs)) / sum(runs), share)


@lru_cache(maxsize=256)
def _whole_month(catalog: Catalog, family: str) -> float:
    """Percent off for a full month (one rate in every region)."""
    discount = catalog.commitment("gcp", _SUSTAINED_REGION, family, "sustained-use", "none")
    return discount.percent if discount else 0.0


def _bill_sustained(bill: Bill, label: str, price: Price, hours: Money, sustained: Sustained) -> None:
    if sustained.percent:
        off = price.times(-sustained.percent / 100)
        month = "all month" if sustained.share >= 1 else f"{sustained.share:.0%} of the month".replace("%", " %")
        text = f"runs {month}: {sustained.percent:.3g} % sustained-use discount, given automatically"
        bill.add_priced(f"{label}, sustained-use discount", off, hours, sku="sustained-use", assumptions=(text,))
