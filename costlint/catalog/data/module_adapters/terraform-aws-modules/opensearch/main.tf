# terraform-aws-modules/opensearch: a domain with its logs. What a cluster leaves open is three r6g.large data nodes and
# three c6g.large masters.

variable "region" { default = null }
variable "tags" { default = {} }
variable "create" { default = true }
variable "domain_name" { default = "" }
variable "engine_version" { default = null }
variable "cluster_config" { default = { dedicated_master_enabled = true } }
variable "ebs_options" { default = { ebs_enabled = true, volume_size = 64, volume_type = "gp3" } }
variable "log_publishing_options" { default = [{ log_type = "INDEX_SLOW_LOGS" }, { log_type = "SEARCH_SLOW_LOGS" }] }
variable "create_cloudwatch_log_groups" { default = true }
variable "cloudwatch_log_group_retention_in_days" { default = 60 }
variable "cloudwatch_log_group_class" { default = null }

locals {
  # Where logs go is said for each of them.
  published = { for log in var.log_publishing_options : log.log_type => log if try(log.enabled, true) }
}

resource "aws_opensearch_domain" "this" {
  count          = var.create ? 1 : 0
  region         = var.region
  domain_name    = var.domain_name
  engine_version = var.engine_version
  tags           = var.tags

  dynamic "cluster_config" {
    for_each = length(var.cluster_config) > 0 ? [var.cluster_config] : []
    content {
      instance_type                 = try(cluster_config.value.instance_type, "r6g.large.search")
      instance_count                = try(cluster_config.value.instance_count, 3)
      dedicated_master_enabled      = try(cluster_config.value.dedicated_master_enabled, true)
      dedicated_master_type         = try(cluster_config.value.dedicated_master_type, "c6g.large.search")
      dedicated_master_count        = try(cluster_config.value.dedicated_master_count, 3)
      warm_enabled                  = try(cluster_config.value.warm_enabled, null)
      warm_type                     = try(cluster_config.value.warm_type, null)
      warm_count                    = try(cluster_config.value.warm_count, null)
      multi_az_with_standby_enabled = try(cluster_config.value.multi_az_with_standby_enabled, null)
      zone_awareness_enabled        = try(cluster_config.value.zone_awareness_enabled, true)

      dynamic "cold_storage_options" {
        for_each = try([cluster_config.value.cold_storage_options], [])
        content {
          enabled = try(cold_storage_options.value.enabled, null)
        }
      }

      dynamic "zone_awareness_config" {
        for_each = try(cluster_config.value.zone_awareness_enabled, true) ? try([cluster_config.value.zone_awareness_config], []) : []
        content {
          availability_zone_count = try(zone_awareness_config.value.availability_zone_count, null)
        }
      }
    }
  }

  dynamic "ebs_options" {
    for_each = length(var.ebs_options) > 0 ? [var.ebs_options] : []
    content {
      ebs_enabled = try(ebs_options.value.ebs_enabled, true)
      volume_type = try(ebs_options.value.volume_type, "gp3")
      volume_size = try(ebs_options.value.volume_size, null)
      iops        = try(ebs_options.value.iops, null)
      throughput  = try(ebs_options.value.throughput, null)
    }
  }
}

resource "aws_cloudwatch_log_group" "this" {
  for_each          = { for name, log in local.published : name => log if var.create && var.create_cloudwatch_log_groups }
  region            = var.region
  name              = try(each.value.log_group_name, "/aws/opensearch/${var.domain_name}/${each.key}")
  retention_in_days = try(each.value.log_group_retention_in_days, var.cloudwatch_log_group_retention_in_days)
  log_group_class   = try(each.value.log_group_class, var.cloudwatch_log_group_class)
  tags              = var.tags
}

output "domain_arn" { value = try(aws_opensearch_domain.this[0].arn, null) }
output "domain_id" { value = try(aws_opensearch_domain.this[0].domain_id, null) }
output "domain_endpoint" { value = try(aws_opensearch_domain.this[0].endpoint, null) }
