"""EMR Serverless: vCPU and memory of the workers jobs start. Source: aws.amazon.com/emr/pricing."""

from __future__ import annotations

from costlint.model import Resource
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates


@estimates("aws_emrserverless_application")
def application(resource: Resource, bill: Bill) -> None:
    """Workers are billed while jobs run; those kept ready stop with the application after some idle minutes."""
    if resource.text("architecture").upper() == "ARM64":
        bill.unpriced("workers on Graviton have a price of their own, which could not be traced")
        return
    bill.usage("vCPU of workers", "emr-serverless.vcpu", "vcpu-hour", "aws.emr-serverless.vcpu-hours")
    bill.usage("memory of workers", "emr-serverless.memory", "gb-hour", "aws.emr-serverless.gb-hours")
