"""What the catalog answers with: small immutable records, every figure with its date and source."""

from __future__ import annotations

from typing import Literal, NamedTuple

from costlint.model import Money
from costlint.model.money import Terms

Arch = Literal["x86_64", "arm64"]


class Price(NamedTuple):
    """USD for one `unit` ("hour", "gb-month"). `inferred`: computed or assumed, not read from a list for this
    region; reports show it with "~" and `source` says how it was reached. `date` is ISO. `terms` are set where the
    amount is your price, or a commitment may cover what it is paid for."""

    amount: float
    unit: str
    source: str
    date: str
    inferred: bool = False
    terms: Terms | None = None

    def times(self, factor: float) -> Price:
        """The same price × a factor: for another unit, or for a part of what it buys."""
        terms = self.terms
        return self._replace(amount=self.amount * factor, terms=None if terms is None else terms.times(factor))

    def not_committed(self) -> Price:
        """The same price for what no further commitment covers: spot, a surcharge, what is committed already."""
        terms = self.terms
        return self if terms is None else self._replace(terms=terms._replace(capacity=None))


class Shape(NamedTuple):
    """An instance type in one region. Memory in GiB; `gpu_memory_gib` is per GPU; prices are USD/hour (Linux).

    `gpu_count` counts accelerators of any kind and is a fraction for partitioned ones; it and other sizes are None
    where no source states them. `offered` None: nobody says whether the region has it; False: priced but not offered.
    `spot` is a recent average, not a quote.
    """

    provider: str
    region: str
    name: str
    vcpu: float | None
    memory_gib: float | None
    gpu_count: float | None
    gpu_model: str
    gpu_memory_gib: float | None
    arch: Arch
    on_demand: Price | None
    spot: Price | None
    offered: bool | None


class ManagedPrice(NamedTuple):
    """The hourly price of a managed database, cache or search node, with its size where known."""

    price: Price
    vcpu: float | None
    memory_gib: float | None


class Assumption(NamedTuple):
    """A usage quantity nobody declared: low, likely and high in `unit`.

    A unit that says its own period or nature ("GB/month", "GB stored") is printed as it is, a "share" as a
    percentage, any other ("GB", "requests") as so much a month.

    `given` when a usage file states the quantity: then it is exact, and there is nothing left to say about it.
    """

    key: str
    quantity: Money
    unit: str
    text: str
    source: str
    date: str
    given: bool = False

    def stated(self, quantity: float) -> Assumption:
        """The same quantity as a usage file states it."""
        return self._replace(quantity=Money.exactly(quantity), given=True)

    def __str__(self) -> str:
        if self.given:
            return ""
        percent = self.unit.startswith("share")
        low, likely, high = (_shown(amount * 100 if percent else amount) for amount in self.quantity)
        span = f" ({low}–{high})" if low != high else ""
        text = f": {self.text}" if self.text else ""
        unit = "%" + self.unit.removeprefix("share") if percent else self.unit
        period = "" if percent or "/" in unit or " " in unit else "/month"
        return f"assumes {likely} {unit}{period}{span}{text}"


class UsageKey(NamedTuple):
    """A key of Infracost's usage files: what is written there × `factor` is a quantity named here `assumption`.

    `how` several keys of one quantity go together: "sum" adds them, "most" takes the largest (dimensions of one
    capacity unit), "shared" adds them over all resources of the type in a module, which share the quantity.
    """

    key: str
    assumption: str
    factor: float
    how: Literal["sum", "most", "shared"]


class Service(NamedTuple):
    """The cloud service a resource type belongs to, and what that is for."""

    name: str
    category: Literal["infrastructure", "serving", "data", "operations"]


class Commitment(NamedTuple):
    """Discount percent off on-demand for a family: median, lowest and highest over its sizes.

    `kind`: "standard" (≈ EC2 Instance Savings Plan), "convertible" (≈ Compute Savings Plan), "cud", "sustained-use",
    "reservation". `term`: "1y", "3y", "none".
    """

    percent: float
    low: float
    high: float
    kind: str
    term: str
    payment: str
    source: str
    date: str
    region: str = ""
    family: str = ""


class Accelerator(NamedTuple):
    """One GPU or other accelerator. Dense TFLOPS without sparsity; None where no source was found.

    `usable_memory_gib` is what the driver leaves to programs. `confidence` low: verify before a finding rests on it.
    """

    model: str
    vendor: str
    architecture: str
    memory_gib: float
    memory_bandwidth_gb_s: float | None
    fp16_tflops: float | None
    fp8_tflops: float | None
    fp8_support: str
    int8_tops: float | None
    fp4_tflops: float | None
    tdp_w: float | None
    usable_memory_gib: float | None
    confidence: Literal["low", "medium", "high"]
    source: str
    date: str


class Family(NamedTuple):
    """A line of instance types ("m5", "n2-standard", "Dsv5"). `successor`, `arm_twin` and `amd_twin` name families,
    "" for none. `current` False: the provider lists it as a previous generation."""

    provider: str
    name: str
    generation: int | None
    vendor: str
    arch: Arch
    category: str
    current: bool
    successor: str
    arm_twin: str
    amd_twin: str
    source: str
    date: str


class Support(NamedTuple):
    """When a version of a managed product leaves standard support (then extended support is billed) and when
    extended support ends; ISO dates, "" if not announced or none."""

    product: str
    version: str
    standard_end: str
    extended_end: str
    source: str


class Practice(NamedTuple):
    """A cost practice rules answer to. `phases` may hold several; `mission` False marks those added from the field;
    `answer` is what answers it, or why nothing can, where no rule does."""

    key: str
    practice: str
    phases: tuple[str, ...]
    group: str
    mission: bool
    answer: str = ""


class Benchmark(NamedTuple):
    """A reference range a report can put beside today's figures, never a verdict."""

    key: str
    what: str
    low: float
    high: float
    unit: str
    source: str
    date: str


def _shown(amount: float) -> str:
    return f"{amount:,.0f}" if amount == int(amount) else f"{amount:,g}"
