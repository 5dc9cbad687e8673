"""Managed runtimes and search: App Runner, SageMaker apps, Kendra, MSK Connect, Directory Service, DMS."""

from __future__ import annotations

from costlint.model import Resource
from costlint.pricing.aws.scaling import autoscaled
from costlint.pricing.aws.sizes import gib, vcpus
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates
from costlint.pricing.quantities import product

_KENDRA = {
    "DEVELOPER_EDITION": "kendra.developer",
    "ENTERPRISE_EDITION": "kendra.enterprise",
    "GEN_AI_ENTERPRISE_EDITION": "kendra.gen-ai-enterprise",
}


@estimates("aws_apprunner_service")
def app_runner(resource: Resource, bill: Bill) -> None:
    """Memory of the instances kept provisioned, and vCPU while they work. Prices: aws.amazon.com/apprunner/pricing."""
    kept = 1.0
    scaling = bill.follow(
        resource.get("auto_scaling_configuration_arn"), "aws_apprunner_auto_scaling_configuration_version"
    )
    if scaling is not None:
        kept = scaling.number("min_size", 1)
    memory = gib(resource.text("instance_configuration.memory", "2 GB"))
    bill.add("memory of provisioned instances", "apprunner.memory", "gb-hour", bill.hours * kept * memory)
    active = bill.assume("aws.apprunner.active-share")
    working = vcpus(resource.text("instance_configuration.cpu", "1 vCPU"))
    hours = product(active.quantity, bill.hours * kept * working)
    bill.assumed("vCPU of active instances", "apprunner.vcpu", "vcpu-hour", hours, active)


@estimates("aws_sagemaker_app")
def sagemaker_app(resource: Resource, bill: Bill) -> None:
    kind = resource.text("resource_spec.instance_type", "system")
    if kind == "system":
        bill.free()
        return
    used = bill.assume("aws.sagemaker.notebook-used-share")
    hours = used.quantity.times(bill.hours)
    bill.assumed(f"app on {kind}", f"sagemaker.instance-{kind}", "hour", hours, used)


@estimates("aws_kendra_index")
def kendra_index(resource: Resource, bill: Bill) -> None:
    edition = resource.text("edition", "ENTERPRISE_EDITION")
    sku = _KENDRA.get(edition)
    if sku is None:
        bill.unpriced(f"{edition} is not priced")
        return
    bill.hourly(f"index, {edition.lower().replace('_', ' ')}", sku)


@estimates("aws_mskconnect_connector")
def kafka_connector(resource: Resource, bill: Bill) -> None:
    fixed_size = resource.blocks("capacity.provisioned_capacity")
    path = "capacity.provisioned_capacity" if fixed_size else "capacity.autoscaling"
    units = resource.number(f"{path}.mcu_count", 1)
    if fixed_size:
        bill.hourly("connect units", "mskconnect.mcu", units * resource.number(f"{path}.worker_count"))
        return
    least, most = resource.number(f"{path}.min_worker_count"), resource.number(f"{path}.max_worker_count")
    count = autoscaled(bill, least, None, most)
    bill.hourly("connect units", "mskconnect.mcu", count.number.times(units), count.assumptions)


@estimates("aws_directory_service_directory")
def directory(resource: Resource, bill: Bill) -> None:
    kind = resource.text("type", "SimpleAD")
    size = (resource.text("edition", "Enterprise") if kind == "MicrosoftAD" else resource.text("size", "Small")).lower()
    name = {"MicrosoftAD": "microsoft-ad", "SimpleAD": "simple-ad", "ADConnector": "ad-connector"}.get(kind, kind)
    controllers = bill.constant("aws.directory.domain-controllers")
    sku = f"directory-service-directory.directory-service-{name}-{size}"
    bill.add(f"domain controllers, {kind} {size}", sku, "controllers-month", controllers)


@estimates("aws_dms_replication_instance")
def replication_instance(resource: Resource, bill: Bill) -> None:
    kind = resource.text("replication_instance_class").removeprefix("dms.")
    zones = "multi-az" if resource.flag("multi_az") else "single-az"
    bill.hourly(f"replication instance {kind}, {zones}", f"dms-replication-instance.instance-{kind}-{zones}")
