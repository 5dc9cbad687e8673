"""Streams and brokers: Kinesis, Firehose, MSK, Amazon MQ. Prices: aws.amazon.com/{kinesis,msk,amazon-mq}/pricing."""

from __future__ import annotations

from costlint.model import Resource
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates


@estimates("aws_kinesis_stream")
def kinesis_stream(resource: Resource, bill: Bill) -> None:
    hours = resource.number("retention_period", bill.constant("aws.kinesis.included-retention-hours"))
    extended = hours > bill.constant("aws.kinesis.included-retention-hours")
    longest = hours > bill.constant("aws.kinesis.extended-retention-hours")
    if resource.text("stream_mode_details.stream_mode", "PROVISIONED") == "ON_DEMAND":
        bill.hourly("stream", "kinesis-stream.on-demand")
        bill.usage("data in", "kinesis-stream.data-ingested", "gb", "aws.kinesis.in-gb")
        bill.usage("data out", "kinesis-stream.data-retrieval", "gb", "aws.kinesis.out-gb")
        if extended:
            sku = "kinesis-stream.extended-retention-24h-to-7d-on-demand"
            bill.usage("retention beyond a day", sku, "gb-month", "aws.kinesis.retained-gb")
    else:
        shards = resource.number("shard_count", 1)
        bill.hourly("shards", "kinesis-stream.provisioned", shards)
        bill.usage("put units", "kinesis-stream.put-request-unit", "request", "aws.kinesis.put-units")
        if extended:
            bill.hourly("retention beyond a day", "kinesis-stream.extended-retention-shard", shards)
    if longest:
        sku = "kinesis-stream.long-term-retention-7d+"
        bill.usage("retention beyond a week", sku, "gb-month", "aws.kinesis.retained-gb")


@estimates("aws_kinesis_firehose_delivery_stream")
def firehose(resource: Resource, bill: Bill) -> None:
    sku = "kinesis-firehose-delivery-stream.data-ingested-first-500tb"
    bill.usage("data delivered", sku, "gb", "aws.firehose.delivered-gb")


@estimates("aws_msk_cluster")
def kafka_cluster(resource: Resource, bill: Bill) -> None:
    brokers = resource.number("number_of_broker_nodes")
    group = "broker_node_group_info"
    with bill.part("brokers"):
        kind = resource.text(f"{group}.instance_type")
        managed = bill.catalog.managed("aws", bill.region, "msk", "standard", "", kind)
        if managed is None:
            bill.unpriced(f"no price for {kind} in {bill.region}")
        else:
            bill.add_priced(f"brokers {kind}", managed.price, bill.hours * brokers, sku=kind)
    with bill.part("storage"):
        gib = resource.number(f"{group}.storage_info.ebs_storage_info.volume_size")
        gib = gib or resource.number(f"{group}.ebs_volume_size")
        if gib:
            bill.add("broker storage", "msk-cluster.storage", "gb-month", gib * brokers)


@estimates("aws_msk_serverless_cluster")
def kafka_serverless(resource: Resource, bill: Bill) -> None:
    bill.hourly("serverless cluster", "msk-serverless.cluster-hour")
    bill.usage("partitions", "msk-serverless.partition-hour", "hour", "aws.msk.partitions", bill.hours)


@estimates("aws_mq_broker")
def message_broker(resource: Resource, bill: Bill) -> None:
    engine = resource.text("engine_type").lower()
    kind = resource.text("host_instance_type")
    mode = resource.text("deployment_mode", "SINGLE_INSTANCE").lower().replace("_", "-")
    sku = f"mq-broker.instance-usage-{engine}-{kind}-{mode}"
    bill.hourly(f"{engine} {kind}, {mode}", sku)
    disk = "efs" if engine == "activemq" and resource.text("storage_type", "efs").lower() == "efs" else "ebs"
    bill.usage("storage", f"mq-broker.storage-{engine}-{disk}", "gb-month", "aws.mq.stored-gb")
