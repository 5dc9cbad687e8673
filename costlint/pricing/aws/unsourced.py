"""Types that cost money and whose price no source that can be named states: said, with what they are billed by."""

from __future__ import annotations

from costlint.model import Resource
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import estimates

BILLED_BY: dict[str, str] = {
    "aws_amplify_app": "build minutes, storage and traffic",
    "aws_appstream_fleet": "instance-hours and users",
    "aws_appsync_api_cache": "cache-hours by size",
    "aws_bedrock_custom_model": "tokens trained and model storage",
    "aws_cloudtrail_event_data_store": "data ingested, kept and scanned",
    "aws_codeartifact_repository": "storage and requests",
    "aws_config_conformance_pack": "evaluations",
    "aws_connect_instance": "minutes and messages",
    "aws_datasync_task": "data copied",
    "aws_detective_graph": "data ingested",
    "aws_dms_replication_config": "capacity-unit hours",
    "aws_docdbelastic_cluster": "vCPU-hours of its shards",
    "aws_dsql_cluster": "processing units and storage",
    "aws_ec2_network_insights_analysis": "analyses run",
    "aws_eks_capability": "capability-hours and resources",
    "aws_elastic_beanstalk_environment": "the machines and balancers its settings ask for",
    "aws_fms_policy": "the policy, for each region",
    "aws_fsx_file_cache": "storage and throughput",
    "aws_gamelift_fleet": "instance-hours",
    "aws_glue_dev_endpoint": "data processing units",
    "aws_guardduty_malware_protection_plan": "objects and data scanned",
    "aws_inspector2_enabler": "machines, images and functions scanned",
    "aws_ivs_channel": "hours streamed and watched",
    "aws_keyspaces_table": "reads, writes and storage",
    "aws_kinesis_video_stream": "data in, out and kept",
    "aws_lb_trust_store": "trust-store-hours and certificates",
    "aws_lightsail_database": "a bundle by month",
    "aws_lightsail_lb": "the balancer by month",
    "aws_medialive_channel": "hours by input and output",
    "aws_memorydb_cluster": "node-hours by type and data written",
    "aws_msk_replicator": "replicator-hours and data",
    "aws_neptunegraph_graph": "memory-optimised capacity units",
    "aws_networkmanager_core_network": "edges and attachments by hour",
    "aws_networkflowmonitor_monitor": "resources monitored and metrics",
    "aws_networkmanager_vpc_attachment": "attachment-hours and data",
    "aws_osis_pipeline": "capacity-unit hours",
    "aws_pipes_pipe": "requests",
    "aws_rds_shard_group": "capacity units of its shards",
    "aws_route53_resolver_firewall_domain_list": "domains stored and queries inspected",
    "aws_route53profiles_association": "association-hours",
    "aws_route53_traffic_policy_instance": "the policy record by month",
    "aws_rum_app_monitor": "events",
    "aws_s3tables_table_bucket": "storage, requests and objects monitored",
    "aws_sagemaker_feature_group": "reads, writes and storage of the online store",
    "aws_securityhub_account": "checks and findings",
    "aws_securityhub_standards_subscription": "checks and findings",
    "aws_storagegateway_gateway": "data written and stored",
    "aws_timestreaminfluxdb_db_instance": "instance-hours and storage",
    "aws_timestreamwrite_table": "data written, kept and scanned",
    "aws_transfer_connector": "calls and data",
    "aws_transfer_web_app": "units by hour",
    "aws_verifiedaccess_endpoint": "endpoint-hours and data",
    "aws_verifiedpermissions_policy_store": "requests",
    "aws_vpc_ipam": "active addresses",
    "aws_workspaces_workspace": "a bundle by month or hour",
    "aws_workspacesweb_portal": "users by month",
}


@estimates(*BILLED_BY)
def unsourced(resource: Resource, bill: Bill) -> None:
    bill.unpriced(f"{resource.type} is billed by {BILLED_BY[resource.type]}; no price of it could be traced")
