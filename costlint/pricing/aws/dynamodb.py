"""DynamoDB tables: provisioned (fixed or autoscaled) and on-demand. Formulas: aws.amazon.com/dynamodb/pricing."""

from __future__ import annotations

from typing import NamedTuple

from costlint.model import Money, Resource
from costlint.pricing.aws.scaling import Count, autoscaled, fixed
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.quantities import product
from costlint.pricing.sections import sections

_SECONDS_PER_HOUR = 3600


class Side(NamedTuple):
    """Reads or writes: how they are named and billed."""

    name: str
    attribute: str
    dimension: str
    capacity: str
    capacity_unit: str
    request: str
    assumption: str


_READS = Side(
    "read",
    "read_capacity",
    "dynamodb:table:ReadCapacityUnits",
    "dynamodb-table.read-capacity-unit-rcu",
    "rcu-month",
    "dynamodb-table.read-request-unit-rru",
    "aws.dynamodb.reads",
)
_WRITES = Side(
    "write",
    "write_capacity",
    "dynamodb:table:WriteCapacityUnits",
    "dynamodb-table.write-capacity-unit-wcu",
    "wcu-month",
    "dynamodb-table.write-request-unit-wru",
    "aws.dynamodb.writes",
)
_INFREQUENT = "-infrequent-access"


@estimates("aws_dynamodb_table")
def table(resource: Resource, bill: Bill) -> None:
    rare = _INFREQUENT if resource.text("table_class") == "STANDARD_INFREQUENT_ACCESS" else ""
    on_demand = resource.text("billing_mode", "PROVISIONED") == "PAY_PER_REQUEST"
    regions = [bill.region, *(replica.text("region_name") for replica in sections(resource, "replica"))]
    for region in regions:
        where = "" if region == bill.region else f", replica in {region}"
        for side in (_READS, _WRITES):
            with bill.part(f"{side.name} capacity"):
                bill_side = _bill_requests if on_demand else _bill_capacity
                bill_side(resource, bill, side, rare, region, where)
        stored = bill.assume("aws.dynamodb.stored-gb")
        sku = f"dynamodb-table.data-storage{rare}"
        basis = (str(stored),)
        bill.add(f"storage{where}", sku, "gb-month", stored.quantity, assumptions=basis, usage=True, region=region)
    with bill.part("point-in-time recovery"):
        if resource.flag("point_in_time_recovery.enabled"):
            sku = "dynamodb-table.point-in-time-recovery-pitr-backup-storage"
            bill.usage("point-in-time recovery", sku, "gb-month", "aws.dynamodb.stored-gb")


@estimates("aws_dynamodb_table_replica")
def table_replica(resource: Resource, bill: Bill) -> None:
    bill.usage("storage", "dynamodb-table.data-storage", "gb-month", "aws.dynamodb.stored-gb")
    bill.usage("replicated writes", _WRITES.request, "request", _WRITES.assumption)


def _bill_capacity(table: Resource, bill: Bill, side: Side, rare: str, region: str, where: str) -> None:
    count = _capacity(table, bill, side)
    bill.add(
        f"{side.name} capacity{where}",
        f"{side.capacity}{rare}",
        side.capacity_unit,
        count.number,
        assumptions=count.assumptions,
        region=region,
    )


def _capacity(table: Resource, bill: Bill, side: Side) -> Count:
    """Provisioned units of the table and its indexes; autoscaled if a scaling target names the table."""
    written = table.number(side.attribute)
    indexes = sum(index.number(side.attribute) for index in sections(table, "global_secondary_index"))
    for target in bill.referring("aws_appautoscaling_target"):
        if target.text("scalable_dimension") == side.dimension:
            scaled = autoscaled(bill, target.number("min_capacity"), written, target.number("max_capacity"))
            return scaled._replace(number=Money(*(units + indexes for units in scaled.number)))
    return fixed(written + indexes)


def _bill_requests(table: Resource, bill: Bill, side: Side, rare: str, region: str, where: str) -> None:
    """Requests of an on-demand table: from the provisioned capacity it replaces where that is still written, else
    from an assumption of their own."""
    written = table.number(side.attribute)
    if written:
        basis = bill.assume("aws.dynamodb.capacity-used-share")
        requests = product(basis.quantity, written * bill.hours * _SECONDS_PER_HOUR)
    else:
        basis = bill.assume(side.assumption)
        requests = basis.quantity
    bill.add(
        f"{side.name} requests{where}",
        f"{side.request}{rare}",
        "request",
        requests,
        assumptions=(str(basis),),
        usage=True,
        region=region,
    )
