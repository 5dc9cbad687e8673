# terraform-aws-modules/rds-aurora from 7 on: a cluster and its instances. 10 took their common settings into `cluster_*`.

variable "costlint_release" {}
variable "region" { default = null }
variable "tags" { default = {} }
variable "create" { default = true }
variable "create_cluster" { default = true }
variable "name" { default = "" }
variable "cluster_use_name_prefix" { default = false }
variable "engine" { default = null }
variable "engine_mode" { default = "provisioned" }
variable "engine_version" { default = null }
variable "engine_lifecycle_support" { default = null }
variable "cluster_scalability_type" { default = null }
variable "db_cluster_instance_class" { default = null }
variable "cluster_instance_class" { default = null }
variable "instance_class" { default = "" }
variable "instances" { default = {} }
variable "allocated_storage" { default = null }
variable "storage_type" { default = null }
variable "iops" { default = null }
variable "backup_retention_period" { default = null }
variable "database_insights_mode" { default = null }
variable "cluster_performance_insights_enabled" { default = null }
variable "cluster_performance_insights_retention_period" { default = null }
variable "performance_insights_enabled" { default = null }
variable "performance_insights_retention_period" { default = null }
variable "cluster_monitoring_interval" { default = 0 }
variable "monitoring_interval" { default = 0 }
variable "global_cluster_identifier" { default = null }
variable "replication_source_identifier" { default = null }
variable "snapshot_identifier" { default = null }
variable "scaling_configuration" { default = null }
variable "serverlessv2_scaling_configuration" { default = null }
variable "autoscaling_enabled" { default = false }
variable "autoscaling_min_capacity" { default = 0 }
variable "autoscaling_max_capacity" { default = 2 }
variable "enabled_cloudwatch_logs_exports" { default = [] }
variable "create_cloudwatch_log_group" { default = false }
variable "cloudwatch_log_group_retention_in_days" { default = 7 }
variable "cloudwatch_log_group_class" { default = null }
variable "backtrack_window" { default = null }
variable "deletion_protection" { default = null }

locals {
  major      = tonumber(split(".", var.costlint_release)[0])
  create     = var.create && var.create_cluster
  serverless = var.engine_mode == "serverless"
  kept       = var.backup_retention_period != null || local.major >= 9 ? var.backup_retention_period : 7
}

resource "aws_rds_cluster" "this" {
  count                                 = local.create ? 1 : 0
  region                                = var.region
  cluster_identifier                    = var.cluster_use_name_prefix ? null : var.name
  engine                                = var.engine
  engine_mode                           = var.cluster_scalability_type == "limitless" ? "" : var.engine_mode
  engine_version                        = var.engine_version
  engine_lifecycle_support              = var.engine_lifecycle_support
  cluster_scalability_type              = var.cluster_scalability_type
  db_cluster_instance_class             = local.major < 10 ? var.db_cluster_instance_class : var.allocated_storage != null ? var.cluster_instance_class : null
  allocated_storage                     = var.allocated_storage
  storage_type                          = var.storage_type
  iops                                  = var.iops
  backup_retention_period               = local.kept
  backtrack_window                      = (var.engine == "aurora-mysql" || var.engine == "aurora") && var.engine_mode != "serverless" ? var.backtrack_window : 0
  database_insights_mode                = var.database_insights_mode
  performance_insights_enabled          = var.cluster_performance_insights_enabled
  performance_insights_retention_period = var.cluster_performance_insights_retention_period
  monitoring_interval                   = var.cluster_monitoring_interval
  global_cluster_identifier             = var.global_cluster_identifier
  replication_source_identifier         = var.replication_source_identifier
  snapshot_identifier                   = var.snapshot_identifier
  enabled_cloudwatch_logs_exports       = var.enabled_cloudwatch_logs_exports
  deletion_protection                   = var.deletion_protection
  tags                                  = var.tags

  dynamic "scaling_configuration" {
    for_each = local.serverless && try(length(var.scaling_configuration) > 0, false) ? [var.scaling_configuration] : []
    content {
      auto_pause   = try(scaling_configuration.value.auto_pause, null)
      max_capacity = try(scaling_configuration.value.max_capacity, null)
      min_capacity = try(scaling_configuration.value.min_capacity, null)
    }
  }

  dynamic "serverlessv2_scaling_configuration" {
    for_each = var.engine_mode == "provisioned" && try(length(var.serverlessv2_scaling_configuration) > 0, false) ? [var.serverlessv2_scaling_configuration] : []
    content {
      max_capacity             = try(serverlessv2_scaling_configuration.value.max_capacity, null)
      min_capacity             = try(serverlessv2_scaling_configuration.value.min_capacity, null)
      seconds_until_auto_pause = try(serverlessv2_scaling_configuration.value.seconds_until_auto_pause, null)
    }
  }

  lifecycle {
    ignore_changes = [replication_source_identifier, global_cluster_identifier, snapshot_identifier]
  }
}

resource "aws_rds_cluster_instance" "this" {
  for_each                              = { for name, instance in var.instances : name => instance if local.create && !local.serverless }
  region                                = var.region
  cluster_identifier                    = aws_rds_cluster.this[0].id
  engine                                = var.engine
  engine_version                        = var.engine_version
  instance_class                        = try(coalesce(each.value.instance_class), local.major >= 10 ? var.cluster_instance_class : var.instance_class)
  availability_zone                     = try(each.value.availability_zone, null)
  promotion_tier                        = try(each.value.promotion_tier, null)
  performance_insights_enabled          = try(coalesce(each.value.performance_insights_enabled), local.major >= 10 ? var.cluster_performance_insights_enabled : var.performance_insights_enabled)
  performance_insights_retention_period = try(coalesce(each.value.performance_insights_retention_period), local.major >= 10 ? var.cluster_performance_insights_retention_period : var.performance_insights_retention_period)
  monitoring_interval                   = try(coalesce(each.value.monitoring_interval), local.major >= 9 ? max(var.cluster_monitoring_interval, var.monitoring_interval) : var.monitoring_interval)
  tags                                  = var.tags
}

resource "aws_appautoscaling_target" "this" {
  count              = local.create && var.autoscaling_enabled && !local.serverless ? 1 : 0
  region             = var.region
  min_capacity       = var.autoscaling_min_capacity
  max_capacity       = var.autoscaling_max_capacity
  resource_id        = "cluster:${aws_rds_cluster.this[0].cluster_identifier}"
  scalable_dimension = "rds:cluster:ReadReplicaCount"
  service_namespace  = "rds"
}

resource "aws_appautoscaling_policy" "this" {
  count              = local.create && var.autoscaling_enabled && !local.serverless ? 1 : 0
  region             = var.region
  policy_type        = "TargetTrackingScaling"
  resource_id        = "cluster:${aws_rds_cluster.this[0].cluster_identifier}"
  scalable_dimension = "rds:cluster:ReadReplicaCount"
  service_namespace  = "rds"
}

resource "aws_cloudwatch_log_group" "this" {
  for_each          = toset([for log in var.enabled_cloudwatch_logs_exports : log if local.create && var.create_cloudwatch_log_group && !var.cluster_use_name_prefix])
  region            = var.region
  name              = "/aws/rds/cluster/${var.name}/${each.value}"
  retention_in_days = var.cloudwatch_log_group_retention_in_days
  log_group_class   = var.cloudwatch_log_group_class
  tags              = var.tags
}

output "cluster_id" { value = try(aws_rds_cluster.this[0].id, null) }
output "cluster_arn" { value = try(aws_rds_cluster.this[0].arn, null) }
output "cluster_endpoint" { value = try(aws_rds_cluster.this[0].endpoint, null) }
