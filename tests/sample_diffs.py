"""Comparisons built by hand, for tests of what is made of them."""

from __future__ import annotations

from typing import Any

from costlint.model import RailResult
from costlint.model.differences import (
    Amount,
    AttributeChange,
    Diff,
    DiffDiagnostic,
    FindingDelta,
    ProposedChange,
    ResourceDelta,
    Side,
    Sums,
)


def exactly(amount: float) -> Amount:
    return Amount(amount, amount, amount)


def resource(delta: float = 100.0, address: str = "aws_instance.web", **changed: Any) -> ResourceDelta:
    """A resource that became dearer by `delta`, decided by the configuration alone."""
    told: dict[str, Any] = {
        "type": "aws_instance",
        "status": "changed",
        "stack": ".",
        "module": "",
        "file": "main.tf",
        "line": 3,
        "before": exactly(50.0),
        "after": exactly(50.0 + delta),
        "delta": exactly(delta),
        "fixed": exactly(delta),
        "usage": Amount(),
        "count_before": 1,
        "count_after": 1,
        "changes": (AttributeChange("instance_type", "m5.large", "m5.4xlarge"),),
    }
    return ResourceDelta(address=address, **{**told, **changed})


def finding(gain: float = 60.0, **changed: Any) -> FindingDelta:
    """A new finding about one literal on line 6 of main.tf."""
    edit = ProposedChange(
        address="aws_ebs_volume.data",
        path="type",
        before="gp2",
        after="gp3",
        file="main.tf",
        line=6,
        column=10,
        end_line=6,
        end_column=15,
        quoted='  type = "gp2"',
    )
    told: dict[str, Any] = {
        "status": "new",
        "rule": "STO001",
        "name": "gp2-volume",
        "title": "gp2 costs more than gp3",
        "severity": "medium",
        "confidence": "high",
        "fix": "safe",
        "fingerprint": "6553b976d32a8a4c",
        "stack": ".",
        "stacks": (".",),
        "addresses": ("aws_ebs_volume.data",),
        "type": "aws_ebs_volume",
        "file": "main.tf",
        "line": 6,
        "column": 10,
        "end_line": 6,
        "end_column": 15,
        "message": "gp2 where gp3 with the same IOPS costs less",
        "saving": exactly(gain),
        "exposure": None,
        "gain": gain,
        "change": (edit,),
    }
    return FindingDelta(**{**told, **changed})


def rail(**changed: Any) -> RailResult:
    """A limit that is crossed."""
    told: dict[str, Any] = {
        "kind": "increase",
        "action": "fail",
        "limit": 50.0,
        "measured": 100.0,
        "crossed": True,
        "message": "the bill grows by $100/mo, $50.00 more than the $50.00 that is allowed",
        "owners": ("@acme/ml",),
    }
    return RailResult(**{**told, **changed})


def diff(*parts: ResourceDelta | FindingDelta | RailResult | DiffDiagnostic, **changed: Any) -> Diff:
    """A comparison with these parts; what the bill moves by is what its resources do, 500 before."""

    def of(kind: type) -> tuple[Any, ...]:
        return tuple(one for one in parts if isinstance(one, kind))

    resources = of(ResourceDelta)
    fixed = sum(one.fixed.likely for one in resources)
    usage = Amount(*(sum(getattr(one.usage, end) for one in resources) for end in ("low", "likely", "high")))
    delta = Amount(fixed + usage.low, fixed + usage.likely, fixed + usage.high)
    after = Amount(500 + delta.low, 500 + delta.likely, 500 + delta.high)
    told: dict[str, Any] = {
        "total": Sums(exactly(500.0), after, delta, exactly(fixed), usage, percent=delta.likely / 5),
        "resources": resources,
        "findings": of(FindingDelta),
        "rails": of(RailResult),
        "diagnostics": of(DiffDiagnostic),
        "base": Side("commit", "main", "b" * 40),
        "head": Side("work tree", "the work tree", "c" * 40),
    }
    return Diff(version=1, costlint="0.1.0", **{**told, **changed})
