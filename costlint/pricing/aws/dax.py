"""DynamoDB Accelerator: nodes by the hour, as many as are replicated. Source: aws.amazon.com/dynamodb/pricing."""

from __future__ import annotations

from costlint.model import Resource
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates


@estimates("aws_dax_cluster")
def cluster(resource: Resource, bill: Bill) -> None:
    if resource.get("replication_factor") is None:
        bill.unpriced("how many nodes it has is not stated")
        return
    node = resource.text("node_type")
    bill.hourly(f"nodes, {node}", f"dax.{node.removeprefix('dax.')}", resource.number("replication_factor"))
