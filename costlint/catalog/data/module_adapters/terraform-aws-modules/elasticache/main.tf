# terraform-aws-modules/elasticache: a replication group, or nodes by themselves, with their logs.

variable "region" { default = null }
variable "tags" { default = {} }
variable "create" { default = true }
variable "create_cluster" { default = false }
variable "create_replication_group" { default = true }
variable "create_primary_global_replication_group" { default = false }
variable "create_secondary_global_replication_group" { default = false }
variable "cluster_id" { default = "" }
variable "replication_group_id" { default = null }
variable "global_replication_group_id" { default = null }
variable "engine" { default = "redis" }
variable "engine_version" { default = null }
variable "node_type" { default = null }
variable "num_cache_nodes" { default = 1 }
variable "az_mode" { default = null }
variable "cluster_mode" { default = null }
variable "cluster_mode_enabled" { default = false }
variable "num_cache_clusters" { default = null }
variable "num_node_groups" { default = null }
variable "replicas_per_node_group" { default = null }
variable "automatic_failover_enabled" { default = null }
variable "multi_az_enabled" { default = false }
variable "data_tiering_enabled" { default = null }
variable "snapshot_retention_limit" { default = null }
variable "log_delivery_configuration" {
  default  = { slow-log = { destination_type = "cloudwatch-logs", log_format = "json" } }
  nullable = false
}

locals {
  global = var.create_primary_global_replication_group || var.create_secondary_global_replication_group
  # The nodes of a replication group are what the group says.
  grouped = var.create_replication_group || var.replication_group_id != null
}

resource "aws_elasticache_cluster" "this" {
  count                    = var.create && var.create_cluster ? 1 : 0
  region                   = var.region
  cluster_id               = var.cluster_id
  replication_group_id     = var.create_replication_group ? try(aws_elasticache_replication_group.this[0].id, null) : var.replication_group_id
  engine                   = local.grouped ? null : var.engine
  engine_version           = local.grouped ? null : var.engine_version
  node_type                = local.grouped ? null : var.node_type
  num_cache_nodes          = local.grouped ? null : var.num_cache_nodes
  az_mode                  = local.grouped ? null : var.az_mode
  snapshot_retention_limit = local.grouped ? null : var.snapshot_retention_limit
  tags                     = var.tags
}

resource "aws_elasticache_replication_group" "this" {
  count                       = var.create && var.create_replication_group && !local.global ? 1 : 0
  region                      = var.region
  replication_group_id        = var.replication_group_id
  global_replication_group_id = var.global_replication_group_id
  engine                      = var.engine
  engine_version              = var.engine_version
  node_type                   = var.node_type
  cluster_mode                = var.cluster_mode
  num_cache_clusters          = var.cluster_mode_enabled ? null : var.num_cache_clusters
  num_node_groups             = var.cluster_mode_enabled ? var.num_node_groups : null
  replicas_per_node_group     = var.replicas_per_node_group
  automatic_failover_enabled  = var.multi_az_enabled || var.cluster_mode_enabled ? true : var.automatic_failover_enabled
  multi_az_enabled            = var.multi_az_enabled
  data_tiering_enabled        = var.data_tiering_enabled
  snapshot_retention_limit    = var.snapshot_retention_limit
  tags                        = var.tags

  dynamic "log_delivery_configuration" {
    for_each = { for name, log in var.log_delivery_configuration : name => log if var.engine != "memcached" }
    content {
      destination      = try(log_delivery_configuration.value.create_cloudwatch_log_group, true) && log_delivery_configuration.value.destination_type == "cloudwatch-logs" ? try(aws_cloudwatch_log_group.this[log_delivery_configuration.key].name, null) : try(log_delivery_configuration.value.destination, null)
      destination_type = log_delivery_configuration.value.destination_type
      log_type         = try(log_delivery_configuration.value.log_type, log_delivery_configuration.key)
    }
  }
}

resource "aws_elasticache_replication_group" "global" {
  count                       = var.create && var.create_replication_group && local.global ? 1 : 0
  region                      = var.region
  replication_group_id        = var.replication_group_id
  global_replication_group_id = var.create_secondary_global_replication_group ? var.global_replication_group_id : null
  engine                      = var.engine
  engine_version              = var.engine_version
  node_type                   = var.node_type
  cluster_mode                = var.cluster_mode
  num_cache_clusters          = var.cluster_mode_enabled ? null : var.num_cache_clusters
  num_node_groups             = var.cluster_mode_enabled ? var.num_node_groups : null
  replicas_per_node_group     = var.replicas_per_node_group
  automatic_failover_enabled  = var.multi_az_enabled || var.cluster_mode_enabled ? true : var.automatic_failover_enabled
  multi_az_enabled            = var.multi_az_enabled
  data_tiering_enabled        = var.data_tiering_enabled
  snapshot_retention_limit    = var.snapshot_retention_limit
  tags                        = var.tags

  dynamic "log_delivery_configuration" {
    for_each = { for name, log in var.log_delivery_configuration : name => log if var.engine != "memcached" }
    content {
      destination      = try(log_delivery_configuration.value.create_cloudwatch_log_group, true) && log_delivery_configuration.value.destination_type == "cloudwatch-logs" ? try(aws_cloudwatch_log_group.this[log_delivery_configuration.key].name, null) : try(log_delivery_configuration.value.destination, null)
      destination_type = log_delivery_configuration.value.destination_type
      log_type         = try(log_delivery_configuration.value.log_type, log_delivery_configuration.key)
    }
  }
}

resource "aws_elasticache_global_replication_group" "this" {
  count                        = var.create && var.create_replication_group && var.create_primary_global_replication_group ? 1 : 0
  region                       = var.region
  engine_version               = var.engine_version
  primary_replication_group_id = aws_elasticache_replication_group.global[0].id
}

resource "aws_cloudwatch_log_group" "this" {
  for_each          = { for name, log in var.log_delivery_configuration : name => log if var.create && var.engine != "memcached" && try(log.create_cloudwatch_log_group, true) && try(log.destination_type, "") == "cloudwatch-logs" }
  region            = var.region
  retention_in_days = try(each.value.cloudwatch_log_group_retention_in_days, 14)
  log_group_class   = try(each.value.cloudwatch_log_group_class, null)
  tags              = var.tags
}

output "global_replication_group_id" { value = try(aws_elasticache_global_replication_group.this[0].global_replication_group_id, null) }
output "replication_group_id" { value = try(aws_elasticache_replication_group.this[0].id, aws_elasticache_replication_group.global[0].id, null) }
output "replication_group_arn" { value = try(aws_elasticache_replication_group.this[0].arn, aws_elasticache_replication_group.global[0].arn, null) }
output "cluster_arn" { value = try(aws_elasticache_cluster.this[0].arn, null) }
