"""Bedrock provisioned throughput: model units by the hour, by commitment. Prices: aws.amazon.com/bedrock/pricing."""

from __future__ import annotations

from costlint.model import Resource
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates

_COMMITMENTS = {
    "": "no-commitment",
    "OneMonth": "1-month-commitment",
    "SixMonths": "6-month-commitment",
}


@estimates("aws_bedrock_provisioned_model_throughput")
def provisioned_throughput(resource: Resource, bill: Bill) -> None:
    model = resource.text("model_arn").rpartition("/")[2]
    units = resource.number("model_units", 1)
    commitment = _COMMITMENTS.get(resource.text("commitment_duration"), "")
    for name in (model.replace(":", "-"), model.partition(":")[0]):
        sku = f"bedrock.provisioned-throughput-{name}-{commitment}"
        price = bill.price(sku, "model-unit-hour")
        if price is not None:
            label = f"{name}, {commitment.replace('-', ' ')}"
            bill.add_priced(f"model units, {label}", price, bill.hours * units, sku=sku)
            return
    bill.unpriced(f"no price for a model unit of {model or 'a model that is not written'}")
