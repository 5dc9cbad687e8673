"""Reports built by hand, for tests of what is printed."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from costlint.model import (
    Change,
    Component,
    Coverage,
    Environment,
    Estimate,
    Finding,
    Money,
    Origin,
    Patch,
    Region,
    Report,
    Resource,
    Rule,
    Span,
    Stack,
    StackResult,
    Totals,
)

GP2 = Rule(
    id="STO001",
    name="gp2-volume",
    title="gp2 volume where gp3 costs less",
    practice="storage.tiered",
    phase="quick-win",
    severity="medium",
    confidence="high",
    category="storage",
    why="## What it does\nFinds gp2 volumes.\n\n## Why\ngp3 has the same baseline for a fifth less, in every region.",
    fix="safe",
    references=("https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html",),
)


def span(file: str = "main.tf", line: int = 3, column: int = 10, end_line: int | None = None) -> Span:
    return Span(file, line, column, end_line or line, column + 5)


def finding(**changed: Any) -> Finding:
    """A gp2 volume that saves $20 of $100 a month; any field can be replaced."""
    address = changed.pop("address", "aws_ebs_volume.models")
    place = changed.pop("span", span())
    fields: dict[str, Any] = {
        "rule": GP2,
        "stack": "infra",
        "addresses": (address,),
        "resource_type": "aws_ebs_volume",
        "span": place,
        "chain": (Origin(span(line=1, column=1), address), Origin(place, "attribute type")),
        "message": f"{address} uses gp2; gp3 has the same baseline for less",
        "patch": Patch(()),
        "changes": (Change(address, "type", "gp2", "gp3", place),),
        "environment": Environment("prod", "prod", "directory prod"),
        "severity": "medium",
        "confidence": "high",
        "fingerprint": sha256(address.encode()).hexdigest()[:16],
        "saving": Money.exactly(20.0),
        "current": Money.exactly(100.0),
        "proposed": Money.exactly(80.0),
    }
    return Finding(**{**fields, **changed})


def volume(address: str = "aws_ebs_volume.models", line: int = 1, end_line: int = 5) -> Resource:
    return Resource(
        address=address,
        type="aws_ebs_volume",
        provider="aws",
        attributes={"type": "gp2", "size": 1000},
        span=span(line=line, column=1, end_line=end_line),
        region=Region("us-east-1"),
    )


def storage_bill() -> Estimate:
    """1,000 GB-months at $0.10, and requests that rest on an assumption."""
    return Estimate(
        components=(
            Component(
                name="storage",
                quantity=Money.exactly(1000),
                unit="gb-month",
                unit_price=0.1,
                monthly=Money.exactly(100.0),
                sku="ebs.gp2.storage",
                source="AWS price list",
                date="2026-07-20",
            ),
            Component(
                name="snapshots",
                quantity=Money(0, 50, 500),
                unit="gb-month",
                unit_price=0.05,
                monthly=Money(0, 2.5, 25),
                sku="ebs.snapshot",
                source="AWS price list",
                date="2026-07-20",
                usage=True,
                assumptions=("assumes 50 gb-month (0–500): daily snapshots of a tenth of the volume",),
            ),
        )
    )


def report(*findings: Finding, **changed: Any) -> Report:
    """A report of one stack over the given findings; any field can be replaced."""
    saving = sum(f.worth for f in findings)
    totals = Totals(
        current=Money.exactly(1000.0),
        proposed=Money.exactly(1000.0 - saving),
        saving=Money.exactly(saving),
        by_phase={"quick-win": saving} if saving else {},
        by_category={"storage": saving} if saving else {},
    )
    stack = Stack(
        name="infra",
        kind="terraform",
        path="infra",
        resources=[volume()],
        region=Region("us-east-1", False, "provider"),
    )
    fields: dict[str, Any] = {
        "version": "0.1.0",
        "paths": ("infra",),
        "stacks": (StackResult(stack, {"aws_ebs_volume.models": storage_bill()}, findings, totals),),
        "findings": findings,
        "totals": totals,
        "coverage": Coverage(resources=12, priced=7, free=3, unpriced={"aws_foo is not priced yet": 2}, unknown=0),
        "diagnostics": (),
    }
    return Report(**{**fields, **changed})
