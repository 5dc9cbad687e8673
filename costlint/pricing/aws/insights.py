"""Macie, GuardDuty's optional plans, QuickSight and event archives: billed by what is looked at or kept.
Prices: aws.amazon.com/{macie,guardduty,quicksight,eventbridge}/pricing."""

from __future__ import annotations

from costlint.model import Resource
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.quantities import product

_PLANS = {
    "S3_DATA_EVENTS": ("S3 data events analysed", "guardduty.s3-data-events", "aws.guardduty.s3-events"),
    "EKS_AUDIT_LOGS": ("EKS audit log events analysed", "guardduty.eks-audit-logs", "aws.guardduty.audit-events"),
}


@estimates("aws_macie2_account")
def macie(resource: Resource, bill: Bill) -> None:
    if resource.text("status", "ENABLED") != "ENABLED":
        bill.free()
        return
    bill.usage("buckets monitored", "macie.bucket", "month", "aws.macie.buckets")
    bill.usage("data inspected", "macie.inspected", "gb", "aws.macie.inspected-gb")


@estimates("aws_guardduty_detector_feature", "aws_guardduty_organization_configuration_feature")
def guardduty_plan(resource: Resource, bill: Bill) -> None:
    """The organization's variant switches the plan on in member accounts, where it is billed."""
    organization = resource.type.endswith("organization_configuration_feature")
    if organization or resource.text("status", "ENABLED") == "DISABLED":
        bill.free()
        return
    name = resource.text("name")
    if name not in _PLANS:
        bill.unpriced(f"the GuardDuty plan {name} is not priced")
        return
    label, sku, assumption = _PLANS[name]
    bill.usage(label, sku, "event", assumption)


@estimates("aws_quicksight_data_set")
def quicksight_data_set(resource: Resource, bill: Bill) -> None:
    """Data imported into SPICE; direct queries are billed by the source."""
    if resource.text("import_mode") == "SPICE":
        bill.usage("SPICE capacity", "quicksight.spice", "gb-month", "aws.quicksight.spice-gb")
    else:
        bill.free()


@estimates("aws_quicksight_account_subscription")
def quicksight_account(resource: Resource, bill: Bill) -> None:
    """People with access, by month."""
    if resource.text("edition") == "STANDARD":
        bill.usage("users", "quicksight.standard-author", "users-month", "aws.quicksight.authors")
        return
    bill.usage("authors", "quicksight.author", "users-month", "aws.quicksight.authors")
    bill.usage("readers", "quicksight.reader", "users-month", "aws.quicksight.readers")


@estimates("aws_cloudwatch_event_archive")
def event_archive(resource: Resource, bill: Bill) -> None:
    """Events written to the archive, and kept for the days written or for good."""
    written = bill.assume("aws.eventbridge.archived-gb")
    bill.assumed("events archived", "cloudwatch-event-bus.archive-processing", "gb", written.quantity, written)
    days = resource.number("retention_days")
    if days:
        kept = written.quantity.times(days / bill.days)
        bill.assumed("archive storage", "cloudwatch-event-bus.archive-storage", "gb-month", kept, written)
        return
    age = bill.assume("aws.eventbridge.archive-months")
    kept = product(written.quantity, age.quantity)
    bill.assumed("archive storage", "cloudwatch-event-bus.archive-storage", "gb-month", kept, written, age)
