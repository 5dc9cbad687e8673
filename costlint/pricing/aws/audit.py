"""CloudTrail: the first copy of management events is free, further trails and data events are not.
Prices: aws.amazon.com/cloudtrail/pricing."""

from __future__ import annotations

from costlint.graph import View
from costlint.model import Resource
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.sections import sections


@estimates("aws_cloudtrail")
def trail(resource: Resource, bill: Bill) -> None:
    first = bill.remember("first trail by region", (), _first_trails)[bill.region]
    bill.get(first)
    if first != resource.address and _records_management(resource):
        sku = "cloudtrail.management-events-additional-copies"
        bill.usage("second copy of management events", sku, "event", "aws.cloudtrail.management-events")
    with bill.part("data events"):
        selectors = sections(resource, "event_selector")
        if any(selector.blocks("data_resource") for selector in selectors) or _advanced_data(resource):
            bill.usage("data events", "cloudtrail.data-events", "event", "aws.cloudtrail.data-events")
    with bill.part("insights"):
        if resource.blocks("insight_selector"):
            bill.usage("events analysed", "cloudtrail.insight-events", "event", "aws.cloudtrail.insight-events")
    bill.free()


def _first_trails(view: View) -> dict[str, str]:
    first: dict[str, str] = {}
    for other in view.of_type("aws_cloudtrail"):
        first.setdefault(other.region.name, other.address)
    return first


def _records_management(resource: Resource) -> bool:
    selectors = sections(resource, "event_selector")
    return not selectors or any(s.flag("include_management_events", True) for s in selectors)


def _advanced_data(resource: Resource) -> bool:
    return any(
        "Data" in field.values("equals")
        for selector in sections(resource, "advanced_event_selector")
        for field in sections(selector, "field_selector")
        if field.text("field") == "eventCategory"
    )
