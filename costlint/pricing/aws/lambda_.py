"""Lambda functions. Formula: aws.amazon.com/lambda/pricing (GB-seconds by architecture, requests)."""

from __future__ import annotations

from costlint.model import UNKNOWN, Money, Resource
from costlint.pricing.aws.log_writers import bill_logs, has_no_group, written_by_function
from costlint.pricing.aws.scaling import autoscaled, fixed
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.quantities import above, product

_MIB_PER_GIB = 1024
_SECONDS_PER_HOUR = 3600
_DURATION = {"x86_64": "lambda.duration-first-6b", "arm64": "lambda.duration-first-7.5b"}
_PROVISIONED = {"x86_64": "lambda.provisioned-concurrency-x86", "arm64": "lambda.provisioned-concurrency"}


@estimates("aws_lambda_function")
def function(resource: Resource, bill: Bill) -> None:
    requests, seconds = bill.assume("aws.lambda.requests"), bill.assume("aws.lambda.seconds")
    bill.assumed("requests", "lambda.requests", "request", requests.quantity, requests)
    running = product(requests.quantity, seconds.quantity)
    with bill.part("duration"):
        sku = _DURATION[_architecture(resource)]
        bill.assumed("duration", sku, "gb-second", running.times(memory_gib(resource)), requests, seconds)
    with bill.part("ephemeral storage"):
        size = Money.exactly(resource.number("ephemeral_storage.size"))
        extra = above(size, bill.constant("aws.lambda.included-storage-mb")).times(1 / _MIB_PER_GIB)
        if extra.high:
            stored = product(running, extra)
            bill.assumed("ephemeral storage", "lambda.ephemeral-storage", "gb-second", stored, requests, seconds)
    with bill.part("logs"):
        if has_no_group(bill, resource, _log_group(resource)):
            bill_logs(bill, *written_by_function(bill))


@estimates("aws_lambda_provisioned_concurrency_config")
def provisioned_concurrency(resource: Resource, bill: Bill) -> None:
    of = bill.follow(resource.get("function_name"), "aws_lambda_function", "aws_lambda_alias")
    if of is not None and of.type == "aws_lambda_alias":
        of = bill.follow(of.get("function_name"), "aws_lambda_function")
    if of is None:
        bill.unknown("the function it keeps warm is outside the stack, so its memory is not known")
        return
    written = resource.number("provisioned_concurrent_executions")
    count = fixed(written)
    for target in bill.referring("aws_appautoscaling_target"):
        count = autoscaled(bill, target.number("min_capacity"), written, target.number("max_capacity"))
    seconds = bill.hours * _SECONDS_PER_HOUR * memory_gib(of)
    bill.add(
        "provisioned concurrency",
        _PROVISIONED[_architecture(of)],
        "gb-second",
        count.number.times(seconds),
        assumptions=count.assumptions,
    )


def memory_gib(function: Resource) -> float:
    """Memory of a function in GiB. Raises UnknownValue."""
    return function.number("memory_size") / _MIB_PER_GIB


def _log_group(resource: Resource) -> object:
    written = resource.get("logging_config.log_group")
    if written is not None:
        return written
    name = resource.get("function_name")
    return f"/aws/lambda/{name}" if isinstance(name, str) else UNKNOWN


def _architecture(function: Resource) -> str:
    named = function.text("architectures.0") if function.values("architectures") else "x86_64"
    return named if named in _DURATION else "x86_64"
