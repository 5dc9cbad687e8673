"""Types with one or two charges that no attribute changes: so much a month, an hour, or per use."""

from __future__ import annotations

from typing import NamedTuple

from costlint.model import Resource
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates


class Charge(NamedTuple):
    """A fixed charge (unit "month" or "hour"), or one per use where `assumption` names how much."""

    name: str
    sku: str
    unit: str
    assumption: str = ""


_CHARGES: dict[str, tuple[Charge, ...]] = {
    "aws_kms_key": (
        Charge("key", "kms-key.customer-master-key", "month"),
        Charge("requests", "kms-key.requests", "request", "aws.kms.requests"),
    ),
    "aws_kms_replica_key": (Charge("key", "kms-key.customer-master-key", "month"),),
    "aws_kms_external_key": (Charge("key", "kms-external-key.customer-master-key", "month"),),
    "aws_secretsmanager_secret": (
        Charge("secret", "secretsmanager-secret.secret", "month"),
        Charge("requests", "secretsmanager-secret.api-requests", "request", "aws.secrets-manager.requests"),
    ),
    "aws_route53_zone": (
        Charge("hosted zone", "route53-zone.hosted-zone", "month"),
        Charge("queries", "route53-record.standard-queries-first-1b", "query", "aws.route53.queries"),
    ),
    "aws_sqs_queue": (Charge("requests", "sqs-queue.requests-standard", "request", "aws.sqs.requests"),),
    "aws_sns_topic": (Charge("requests", "sns-topic.api-requests-over-1m", "request", "aws.sns.requests"),),
    "aws_cloudwatch_event_bus": (
        Charge("custom events", "cloudwatch-event-bus.custom-events-published", "event", "aws.eventbridge.events"),
    ),
    "aws_sfn_state_machine": (
        Charge("state transitions", "sfn-state-machine.transitions", "transition", "aws.step-functions.transitions"),
    ),
    "aws_globalaccelerator_accelerator": (Charge("accelerator", "globalaccelerator-accelerator.fixed-fee", "hour"),),
    "aws_cloudhsm_v2_hsm": (Charge("HSM", "cloudhsm-v2-hsm.hsm-usage", "hour"),),
    "aws_ec2_traffic_mirror_session": (Charge("session", "ec2-traffic-mirror-session.traffic-mirror", "hour"),),
    "aws_config_configuration_recorder": (
        Charge("configuration items", "config-configuration-recorder.config-items", "record", "aws.config.items"),
    ),
    "aws_config_config_rule": (
        Charge("evaluations", "config-config-rule.rule-evaluations-first-100k", "evaluation", "aws.config.evaluations"),
    ),
    "aws_codebuild_project": (
        Charge("build minutes", "codebuild-project.linux-general1.small", "minute", "aws.codebuild.minutes"),
    ),
    "aws_glue_catalog_database": (
        Charge("requests", "glue-catalog-database.requests", "request", "aws.glue.catalog-requests"),
    ),
    "aws_grafana_workspace": (
        Charge("editors", "grafana-workspace.editor-administrator-licenses", "users-month", "aws.grafana.editors"),
    ),
    "aws_config_organization_custom_rule": (
        Charge(
            "evaluations",
            "config-organization-custom-rule.rule-evaluations-first-100k",
            "evaluation",
            "aws.config.evaluations",
        ),
    ),
    "aws_config_organization_managed_rule": (
        Charge(
            "evaluations",
            "config-organization-managed-rule.rule-evaluations-first-100k",
            "evaluation",
            "aws.config.evaluations",
        ),
    ),
    "aws_kinesis_analytics_application": (
        Charge(
            "processing units", "kinesisanalyticsv2-application.processing-stream", "kpu-hour", "aws.flink.kpu-hours"
        ),
    ),
    "aws_schemas_discoverer": (
        Charge("events", "cloudwatch-event-bus.schema-discovery", "event", "aws.eventbridge.events"),
    ),
    "aws_athena_workgroup": (Charge("data scanned", "athena.scanned", "tb", "aws.athena.scanned-tb"),),
    "aws_appsync_graphql_api": (
        Charge("queries and mutations", "appsync.operations", "request", "aws.appsync.operations"),
    ),
    "aws_ses_domain_identity": (Charge("messages sent", "ses.recipients", "recipient", "aws.ses.recipients"),),
    "aws_sesv2_email_identity": (Charge("messages sent", "ses.recipients", "recipient", "aws.ses.recipients"),),
    "aws_s3_bucket_inventory": (Charge("objects listed", "s3.objects-listed", "object", "aws.s3.objects"),),
    "aws_s3_bucket_analytics_configuration": (
        Charge("objects monitored", "s3.objects-monitored", "object", "aws.s3.objects"),
    ),
    "aws_codepipeline": (Charge("active pipeline", "codepipeline.pipeline", "month"),),
    "aws_prometheus_workspace": (Charge("samples ingested", "prometheus.samples", "sample", "aws.prometheus.samples"),),
    "aws_kinesisanalyticsv2_application": (
        Charge(
            "processing units", "kinesisanalyticsv2-application.processing-stream", "kpu-hour", "aws.flink.kpu-hours"
        ),
    ),
    "aws_globalaccelerator_endpoint_group": (
        Charge(
            "premium for traffic",
            "globalaccelerator-endpoint-group.us-mexico-canada-inbound-dt-premium-fee",
            "gb",
            "aws.global-accelerator.gb",
        ),
    ),
    "aws_cloudfront_function": (
        Charge(
            "invocations", "cloudfront-function.total-number-of-invocations", "invocation", "aws.cloudfront.requests"
        ),
    ),
    "aws_s3vectors_index": (
        Charge("storage", "s3-vectors.storage", "gb-month", "aws.s3-vectors.stored-gb"),
        Charge("vectors written", "s3-vectors.put", "gb", "aws.s3-vectors.written-gb"),
        Charge("queries", "s3-vectors.queries", "query", "aws.s3-vectors.queries"),
    ),
    "aws_shield_subscription": (Charge("Shield Advanced", "shield.advanced", "month"),),
    "aws_guardduty_detector": (
        Charge("events analysed", "guardduty.cloudtrail-events", "event", "aws.guardduty.events"),
        Charge("flow and DNS logs analysed", "guardduty.flow-log", "gb", "aws.guardduty.log-gb"),
    ),
}


def _estimate(resource: Resource, bill: Bill) -> None:
    for charge in _CHARGES[resource.type]:
        if charge.assumption:
            bill.usage(charge.name, charge.sku, charge.unit, charge.assumption)
        else:
            bill.add(charge.name, charge.sku, charge.unit, bill.hours if charge.unit == "hour" else 1)


estimates(*_CHARGES)(_estimate)


@estimates("aws_cognito_user_pool")
def user_pool(resource: Resource, bill: Bill) -> None:
    tier = resource.text("user_pool_tier", "ESSENTIALS").lower()
    bill.usage(f"active users, {tier}", f"cognito.active-user-{tier}", "user", "aws.cognito.users")


@estimates("aws_route53_record", "aws_cloudformation_stack", "aws_cloudformation_stack_set")
def billed_elsewhere(resource: Resource, bill: Bill) -> None:
    """DNS queries are billed with the zone, a stack by what it creates."""
    bill.free()


@estimates("aws_route53_resolver_endpoint")
def resolver_endpoint(resource: Resource, bill: Bill) -> None:
    """Billed for each address it has."""
    with bill.part("addresses"):
        addresses = len(resource.blocks("ip_address"))
        bill.hourly("resolver addresses", "route53-resolver-endpoint.resolver-endpoints", addresses)
    sku = "route53-resolver-endpoint.dns-queries-first-1b"
    bill.usage("DNS queries", sku, "query", "aws.route53.queries")


@estimates("aws_route53_health_check")
def health_check(resource: Resource, bill: Bill) -> None:
    """A check of an AWS endpoint; HTTPS, string matching, fast interval and latency are optional features."""
    kind = resource.text("type").upper()
    usual = bill.constant("aws.route53.health-check-seconds")
    options = (
        kind.startswith("HTTPS"),
        kind.endswith("STR_MATCH"),
        resource.number("request_interval", usual) < usual,
        resource.flag("measure_latency"),
    )
    bill.add("health check", "route53-health-check.basic", "month", 1)
    if any(options):
        bill.add("optional features", "route53-health-check.optional-feature", "month", sum(options))


@estimates("aws_acmpca_certificate_authority")
def certificate_authority(resource: Resource, bill: Bill) -> None:
    sku = "acmpca-certificate-authority.private-certificate-authority"
    if resource.text("usage_mode") == "SHORT_LIVED_CERTIFICATE":
        sku += "-short-lived-certificate-mode"
    bill.add("certificate authority", sku, "month", 1)


@estimates("aws_acm_certificate")
def certificate(resource: Resource, bill: Bill) -> None:
    """Public certificates are free."""
    if resource.get("certificate_authority_arn") is not None:
        bill.add("private certificate", "acm-certificate.certificate", "request", 1)
    else:
        bill.free()


@estimates("aws_acmpca_certificate")
def issued_certificate(resource: Resource, bill: Bill) -> None:
    """Issued once for each time it is written."""
    bill.add("private certificate", "acm-certificate.certificate", "request", 1)


@estimates("aws_sns_topic_subscription")
def topic_subscription(resource: Resource, bill: Bill) -> None:
    """Deliveries to queues and functions are free."""
    if resource.text("protocol") in ("http", "https"):
        bill.usage("deliveries", "sns-topic-subscription.http-notifications", "notification", "aws.sns.requests")
    else:
        bill.free()


@estimates("aws_ssm_parameter")
def ssm_parameter(resource: Resource, bill: Bill) -> None:
    if resource.text("tier", "Standard") == "Advanced":
        bill.hourly("advanced parameter", "ssm-parameter.parameter-storage-advanced")
    else:
        bill.free()


@estimates("aws_transfer_server")
def transfer_server(resource: Resource, bill: Bill) -> None:
    protocols = [str(protocol).lower() for protocol in resource.values("protocols")] or ["sftp"]
    for protocol in protocols:
        bill.hourly(f"{protocol.upper()} endpoint", f"transfer-server.{protocol}-protocol-enabled")
    bill.usage("data uploaded", "transfer-server.data-uploaded", "gb", "aws.transfer.gb")
