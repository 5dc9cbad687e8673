"""What writes to a CloudWatch log group decides how much it holds: a function, a cluster's control plane, or nobody
knows. A writer whose group the stack does not declare gets one that keeps everything for ever, billed with the writer.
"""

from __future__ import annotations

from costlint.catalog import Assumption
from costlint.graph import View
from costlint.model import Money, Resource, is_unknown
from costlint.pricing.estimating import Bill
from costlint.pricing.quantities import at_most, product

_GROUP = "aws_cloudwatch_log_group"
_FUNCTION, _CLUSTER = "aws_lambda_function", "aws_eks_cluster"


def bill_logs(
    bill: Bill, written: Money, basis: tuple[Assumption, ...], days: float = 0, tier: str = "standard"
) -> None:
    """Ingestion, and what is kept: `days` of it, or an assumed age where nothing expires (0)."""
    bill.assumed("log ingestion", f"cloudwatch-logs.ingestion.{tier}", "gb", written, *basis)
    bill_stored_logs(bill, written, basis, days)


def bill_stored_logs(bill: Bill, written: Money, basis: tuple[Assumption, ...], days: float) -> None:
    age, packed = bill.assume("aws.logs.accumulated-months"), bill.assume("aws.logs.compressed-share")
    months = at_most(age.quantity, Money.exactly(days / bill.days)) if days else age.quantity
    kept = product(written, months, packed.quantity)
    bill.assumed("log storage", "cloudwatch-logs.storage", "gb-month", kept, *basis, age, packed)


def written_to(group: Resource, bill: Bill) -> tuple[Money, tuple[Assumption, ...]]:
    """GB a month written to a log group, and the assumptions behind it."""
    name = group.get("name")
    named = name if isinstance(name, str) else ""
    if bill.linked(_FUNCTION) or named.startswith("/aws/lambda/"):
        return written_by_function(bill)
    if named.startswith("/aws/eks/") and named.endswith("/cluster"):
        clusters = bill.linked(_CLUSTER) or [
            cluster for cluster in bill.of_type(_CLUSTER) if cluster.get("name") == named.split("/")[3]
        ]
        if clusters:
            return written_by_cluster(clusters[0], bill)
    usual = bill.assume("aws.logs.ingested-gb")
    return usual.quantity, (usual,)


def written_by_function(bill: Bill) -> tuple[Money, tuple[Assumption, ...]]:
    written = bill.assume("aws.lambda.log-gb")
    return written.quantity, (written,)


def written_by_cluster(cluster: Resource, bill: Bill) -> tuple[Money, tuple[Assumption, ...]]:
    """Audit logs are most of what a control plane writes. Raises UnknownValue."""
    types = [str(kind) for kind in cluster.values("enabled_cluster_log_types")]
    audit, other = bill.assume("aws.eks.audit-log-gb"), bill.assume("aws.eks.other-log-gb")
    others = sum(1 for kind in types if kind != "audit")
    basis = ((audit,) if "audit" in types else ()) + ((other,) if others else ())
    return audit.quantity.times("audit" in types) + other.quantity.times(others), basis


def has_no_group(bill: Bill, writer: Resource, name: object) -> bool:
    """True if the stack certainly declares no log group of this name for the writer."""
    if bill.linked(_GROUP, of=writer) or is_unknown(name):
        return False
    names = bill.remember("names of log groups", (_GROUP,), _names)
    return name not in names and None not in names


def _names(view: View) -> frozenset[str | None]:
    """Names of all log groups; None stands for one that cannot be known."""
    found = (group.get("name") for group in view.of_type(_GROUP))
    return frozenset(name if isinstance(name, str) else None for name in found)
