"""Stacks in memory, a pricer simple enough to check by hand, and rules from text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from costlint.catalog import Catalog
from costlint.graph import View, block_address
from costlint.model import (
    UNKNOWN,
    Component,
    Environment,
    Estimate,
    Location,
    Money,
    Origin,
    Path,
    Region,
    Resource,
    Span,
    Stack,
    Unknown,
)
from costlint.policy import CheckResult, CheckSettings, RuleSet, Source, check, source_of
from costlint.policy.documents import read_rule
from costlint.policy.subject import Context, Subject

CATALOG = Catalog()
NOWHERE = Environment()
NONPROD = Environment("nonprod", "dev", "test")
PROD = Environment("prod", "prod", "test")
REGION = Region("us-east-1")
EVERYTHING = CheckSettings(profile="all")
RATES = {"gp2": 0.10, "gp3": 0.08, "io1": 0.125}


@dataclass
class Written:
    """A locator over a table: path → line of main.tf; what is not in it is not written."""

    lines: dict[Path, int] = field(default_factory=dict)
    file: str = "main.tf"

    def locate(self, path: Path) -> Location | None:
        line = self.lines.get(path)
        if line is None:
            return None
        span = line_span(line, self.file)
        return Location(span, (Origin(span, "attribute"),))


def line_span(line: int, file: str = "main.tf") -> Span:
    return Span(file, line, 1, line, 20)


def resource(
    address: str,
    *,
    line: int = 1,
    environment: Environment = NOWHERE,
    defaults: dict[str, object] | None = None,
    tags: dict[str, object] | None = None,
    written: dict[Path, int] | None = None,
    exists: object = True,
    region: Region = REGION,
    **attributes: object,
) -> Resource:
    block = block_address(address)
    return Resource(
        address=address,
        type=block.split(".")[-2],
        provider="aws",
        attributes=attributes,
        span=line_span(line),
        region=region,
        environment=environment,
        tags=tags or {},
        defaults=defaults or {},
        exists=exists,
        name=block.split(".")[-1],
        module=".".join(block.split(".")[:-2]),
        locator=Written(written or {}),
    )


def stack(*resources: Resource, **more: object) -> Stack:
    made = Stack("infra", "terraform", "infra", list(resources))
    for name, value in more.items():
        setattr(made, name, value)
    return made


def subject(made: Resource, *others: Resource, **more: object) -> Subject:
    view = View(stack(made, *others, **more))
    context = Context(view, price(view, view.resources), CATALOG, CheckSettings().today)
    return Subject(made, context)


def price(view: View, addresses: Iterable[str]) -> dict[str, Estimate]:
    return {address: _estimate(view.resources[address], view) for address in addresses if address in view.resources}


def _estimate(made: Resource, view: View) -> Estimate:
    """A disk costs size × rate; a gateway 30 and 10 of usage; a bucket 20 of usage, half of it with a lifecycle."""
    if made.type == "disk":
        size, kind = made.get("size"), made.get("type")
        if isinstance(size, Unknown) or isinstance(kind, Unknown):
            return Estimate(unpriced=("the size or type is not known",))
        return _bill("storage", float(str(size or 0)) * RATES.get(str(kind), 0.05))
    if made.type == "gateway":
        return Estimate((*_bill("hours", 30.0).components, *_bill("traffic", 10.0, usage=True).components))
    if made.type == "bucket":
        tiers = view.referring(made.address, "lifecycle")
        amount = 10.0 if tiers else 20.0
        bill = _bill("objects", amount, usage=True)
        return Estimate(bill.components, consulted=frozenset(tier.address for tier in tiers))
    if made.type == "unpriced":
        return Estimate(unpriced=("no price",))
    return Estimate(free=True)


def _bill(name: str, amount: float, *, usage: bool = False) -> Estimate:
    monthly = Money(amount / 2, amount, amount * 2) if usage else Money.exactly(amount)
    assumptions = ("assumes something",) if usage else ()
    return Estimate((Component(name, monthly, "month", 1.0, monthly, usage=usage, assumptions=assumptions),))


HEAD = """
id: TST001
name: test-rule
title: A rule
practice: storage.tiered
phase: quick-win
severity: medium
confidence: high
profile: default
message: "{{ address }} fires"
why: because
"""


def rule(body: str, *, number: int = 1, file: str = "rules/test/rule.yaml", **changes: str) -> Source:
    head = HEAD.replace("TST001", f"TST{number:03}").replace("test-rule", f"test-rule-{number}")
    for key, value in changes.items():
        lines = [line for line in head.splitlines() if not line.startswith(f"{key}:")]
        head = "\n".join([*lines, f"{key}: {value}", ""])
    return source_of(file, read_rule(head + textwrap.dedent(body), file, "test"))


GP3 = rule(
    """
    resources:
      disk:
        match: {type: gp2}
        change: {type: gp3}
    """
)


def run(made: Stack, rules: Sequence[Source] | Source, settings: CheckSettings = EVERYTHING) -> CheckResult:
    view = View(made)
    chosen = RuleSet([rules] if isinstance(rules, Source) else rules)
    return check(view, price(view, view.resources), chosen, price, settings, CATALOG)


def total_of(view: View) -> float:
    return sum(estimate.monthly.likely for estimate in price(view, view.resources).values())


__all__ = ["NONPROD", "PROD", "UNKNOWN", "Written", "price", "resource", "rule", "run", "stack", "subject", "total_of"]
