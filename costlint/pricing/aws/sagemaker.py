"""SageMaker endpoints and notebooks. An endpoint configuration costs nothing until an endpoint serves it.
Prices: aws.amazon.com/sagemaker/pricing."""

from __future__ import annotations

from costlint.model import Resource
from costlint.pricing.aws.scaling import Count, autoscaled, fixed, scheduled
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.quantities import product
from costlint.pricing.sections import section, sections

_MB_PER_GB = 1024


@estimates("aws_sagemaker_endpoint")
def endpoint(resource: Resource, bill: Bill) -> None:
    served = bill.follow(resource.get("endpoint_config_name"), "aws_sagemaker_endpoint_configuration")
    if served is None:
        bill.unpriced("its endpoint configuration is outside the stack")
        return
    for path, what in (("production_variants", "variant"), ("shadow_production_variants", "shadow variant")):
        with bill.part(what):
            for variant in sections(served, path):
                with bill.part(what):
                    _bill_variant(f"{what} {variant.text('variant_name')}".strip(), variant, bill)


@estimates("aws_sagemaker_endpoint_configuration")
def endpoint_configuration(resource: Resource, bill: Bill) -> None:
    bill.free()


@estimates("aws_sagemaker_notebook_instance")
def notebook(resource: Resource, bill: Bill) -> None:
    """All month, unless a lifecycle configuration (which is how idle notebooks are stopped) is attached."""
    running = scheduled(bill, fixed(1))
    if resource.get("lifecycle_config_name") is not None:
        used = bill.assume("aws.sagemaker.notebook-used-share")
        running = Count(product(running.number, used.quantity), (*running.assumptions, str(used)))
    kind = resource.text("instance_type")
    bill.hourly(f"notebook {kind}", f"sagemaker.instance-{kind}", running.number, running.assumptions)
    with bill.part("storage"):
        bill.add("storage", "sagemaker.notebook-ml-storage", "gb-month", resource.number("volume_size"))


@estimates("aws_sagemaker_space")
def space(resource: Resource, bill: Bill) -> None:
    """The disk of a Studio space, kept whether an app runs in it or not; apps are resources of their own."""
    settings = "space_settings.space_storage_settings.ebs_storage_settings.ebs_volume_size_in_gb"
    gib = resource.number(settings)
    if not gib:
        bill.free()
        return
    bill.add("storage", "sagemaker.studio-space-storage-gp3", "gb-month", gib)


def _bill_variant(name: str, variant: Resource, bill: Bill) -> None:
    serverless = section(variant, "serverless_config")
    if serverless is not None:
        seconds = bill.assume("aws.sagemaker.serverless-seconds")
        gib = serverless.number("memory_size_in_mb") / _MB_PER_GB
        busy = seconds.quantity.times(gib)
        bill.assumed(f"{name}, serverless", "sagemaker.serverless-inference", "gb-second", busy, seconds)
        warm = serverless.number("provisioned_concurrency")
        if warm:
            bill.unpriced(f"{name}: provisioned concurrency of serverless inference is not priced")
        return
    count = scheduled(bill, _instances(variant, bill))
    kind = variant.text("instance_type")
    bill.hourly(f"{name}, {kind}", f"sagemaker.instance-{kind}", count.number, count.assumptions)


def _instances(variant: Resource, bill: Bill) -> Count:
    """Instances of a variant; moved by a scaling target on the endpoint, or by managed scaling of the variant."""
    written = variant.number("initial_instance_count", 1)
    managed = section(variant, "managed_instance_scaling")
    if managed is not None and managed.text("status") == "ENABLED":
        return autoscaled(bill, managed.number("min_instance_count"), written, managed.number("max_instance_count"))
    for target in bill.referring("aws_appautoscaling_target"):
        return autoscaled(bill, target.number("min_capacity"), written, target.number("max_capacity"))
    return fixed(written)
