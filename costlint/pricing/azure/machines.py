"""The price of virtual machine sizes: Linux list prices, spot, the Windows licence, and what a shutdown schedule leaves
of the month.

Windows machines cost the Linux price plus a licence per vCPU. A constrained size ("E16-8as_v4") pays it for all the
vCPUs of the size it is cut from (learn.microsoft.com/azure/virtual-machines/constrained-vcpu).
"""

from __future__ import annotations

import re
from functools import lru_cache

from costlint.catalog import Catalog, Price, Shape
from costlint.model import Money
from costlint.pricing.counts import Count
from costlint.pricing.estimating import Bill
from costlint.pricing.misspelt import meant
from costlint.pricing.quantities import product

_LICENCES = (
    (re.compile(r"^Standard_B\d+[a-z]*_v2$", re.IGNORECASE), "virtual-machine.windows-licence-burstable-v2"),
    (re.compile(r"^Standard_B\d+[a-z]*$", re.IGNORECASE), "virtual-machine.windows-licence-burstable"),
    (re.compile(r"^(?:Basic_A|Standard_(?:A\d+$|GS?\d|H\d|H\d+m))", re.IGNORECASE), ""),
)
_LICENCE = "virtual-machine.windows-licence"
_CONSTRAINED = re.compile(r"(?<=\d)-\d+")


def bill_machines(bill: Bill, size: str, machines: Count, *, spot: bool = False, share: Money | None = None) -> None:
    """Bill machines of a size. `share` is the part of the month they run (all of it unless given)."""
    shape = machine_shape(bill, size)
    if shape is None or shape.on_demand is None:
        bill.unpriced(f"no price for {size} in {bill.region}{meant(bill, size)}")
        return
    hours = machines.number.times(bill.hours)
    if share is not None:
        hours = product(hours, share)
    price, basis = _spot(bill, shape, shape.on_demand) if spot else (shape.on_demand, ())
    label = f"{shape.name}, {'spot' if spot else 'on-demand'}"
    bill.add_priced(label, price, hours, sku=shape.name, assumptions=(*machines.assumptions, *basis))


def bill_windows_licence(
    bill: Bill, size: str, machines: Count, licence_type: str = "", *, share: Money | None = None
) -> None:
    """Bill the Windows licence of machines, unless one is brought along ("Windows_Server", "Windows_Client")."""
    if licence_type.startswith("Windows_"):
        return
    sku = next((sku for sizes, sku in _LICENCES if sizes.match(size)), _LICENCE)
    shape = machine_shape(bill, _CONSTRAINED.sub("", size))
    if not sku or shape is None or not shape.vcpu:
        bill.unpriced(f"the Windows licence of {size} has no price in the catalog (the Linux part is priced)")
        return
    hours = machines.number.times(bill.hours * shape.vcpu)
    if share is not None:
        hours = product(hours, share)
    bill.add("Windows licence", sku, "vcpu-hour", hours, assumptions=machines.assumptions)


def machine_shape(bill: Bill, size: str) -> Shape | None:
    """The shape of a size in the bill's region, however its name is capitalised."""
    found = bill.catalog.shape("azure", bill.region, size)
    if found is None:
        name = _names(bill.catalog, bill.region).get(size.lower())
        found = bill.catalog.shape("azure", bill.region, name) if name else None
    return found


def _spot(bill: Bill, shape: Shape, on_demand: Price) -> tuple[Price, tuple[str, ...]]:
    """The spot price, with its basis where no source states one: on-demand less an assumed saving."""
    if shape.spot is not None:
        return shape.spot, ()
    saving = bill.assume("azure.vm.spot-saving")
    less = 1 - saving.quantity.likely
    return on_demand.times(less).not_committed()._replace(inferred=True), (str(saving),)


@lru_cache(maxsize=64)
def _names(catalog: Catalog, region: str) -> dict[str, str]:
    return {name.lower(): name for name in catalog.shapes("azure", region)}
