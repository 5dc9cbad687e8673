# terraform-aws-modules/rds//modules/db_instance from 3 on.

variable "region" { default = null }
variable "tags" { default = {} }
variable "create" { default = true }
variable "identifier" { default = null }
variable "use_identifier_prefix" { default = false }
variable "engine" { default = null }
variable "engine_version" { default = null }
variable "engine_lifecycle_support" { default = null }
variable "instance_class" { default = null }
variable "license_model" { default = null }
variable "multi_az" { default = false }
variable "availability_zone" { default = null }
variable "allocated_storage" { default = null }
variable "max_allocated_storage" { default = 0 }
variable "storage_type" { default = null }
variable "iops" { default = null }
variable "storage_throughput" { default = null }
variable "dedicated_log_volume" { default = false }
variable "replicate_source_db" { default = null }
variable "snapshot_identifier" { default = null }
variable "backup_retention_period" { default = null }
variable "database_insights_mode" { default = null }
variable "performance_insights_enabled" { default = false }
variable "performance_insights_retention_period" { default = null }
variable "monitoring_interval" { default = 0 }
variable "enabled_cloudwatch_logs_exports" { default = [] }
variable "create_cloudwatch_log_group" { default = false }
variable "cloudwatch_log_group_retention_in_days" { default = 7 }
variable "cloudwatch_log_group_class" { default = null }
variable "deletion_protection" { default = false }

resource "aws_db_instance" "this" {
  count                                 = var.create ? 1 : 0
  region                                = var.region
  identifier                            = var.use_identifier_prefix ? null : var.identifier
  engine                                = var.replicate_source_db != null ? null : var.engine
  engine_version                        = var.engine_version
  engine_lifecycle_support              = var.engine_lifecycle_support
  instance_class                        = var.instance_class
  license_model                         = var.license_model
  multi_az                              = var.multi_az
  availability_zone                     = var.availability_zone
  allocated_storage                     = var.allocated_storage
  max_allocated_storage                 = var.max_allocated_storage
  storage_type                          = var.storage_type
  iops                                  = var.iops
  storage_throughput                    = var.storage_throughput
  dedicated_log_volume                  = var.dedicated_log_volume
  replicate_source_db                   = var.replicate_source_db
  snapshot_identifier                   = var.snapshot_identifier
  backup_retention_period               = var.backup_retention_period
  database_insights_mode                = var.database_insights_mode
  performance_insights_enabled          = var.performance_insights_enabled
  performance_insights_retention_period = var.performance_insights_enabled ? var.performance_insights_retention_period : null
  monitoring_interval                   = var.monitoring_interval
  enabled_cloudwatch_logs_exports       = var.enabled_cloudwatch_logs_exports
  deletion_protection                   = var.deletion_protection
  tags                                  = var.tags
}

resource "aws_cloudwatch_log_group" "this" {
  for_each          = toset([for log in var.enabled_cloudwatch_logs_exports : log if var.create && var.create_cloudwatch_log_group && !var.use_identifier_prefix])
  region            = var.region
  name              = "/aws/rds/instance/${var.identifier}/${each.value}"
  retention_in_days = var.cloudwatch_log_group_retention_in_days
  log_group_class   = var.cloudwatch_log_group_class
  tags              = var.tags
}

output "identifier" { value = try(aws_db_instance.this[0].identifier, null) }
output "arn" { value = try(aws_db_instance.this[0].arn, null) }
output "endpoint" { value = try(aws_db_instance.this[0].endpoint, null) }
