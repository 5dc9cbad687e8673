# terraform-aws-modules/dynamodb-table from 3 on: a table, and what moves its capacity.

variable "region" { default = null }
variable "tags" { default = {} }
variable "create_table" { default = true }
variable "name" { default = null }
variable "billing_mode" { default = "PAY_PER_REQUEST" }
variable "read_capacity" { default = null }
variable "write_capacity" { default = null }
variable "table_class" { default = null }
variable "stream_enabled" { default = false }
variable "deletion_protection_enabled" { default = null }
variable "point_in_time_recovery_enabled" { default = false }
variable "ttl_enabled" { default = false }
variable "ttl_attribute_name" { default = "" }
variable "global_secondary_indexes" {
  default  = []
  nullable = false
}
variable "replica_regions" {
  default  = []
  nullable = false
}
variable "autoscaling_enabled" { default = false }
variable "autoscaling_read" { default = {} }
variable "autoscaling_write" { default = {} }
variable "ignore_changes_global_secondary_index" { default = false }

resource "aws_dynamodb_table" "this" {
  count                       = var.create_table && !var.autoscaling_enabled ? 1 : 0
  region                      = var.region
  name                        = var.name
  billing_mode                = var.billing_mode
  read_capacity               = var.read_capacity
  write_capacity              = var.write_capacity
  table_class                 = var.table_class
  stream_enabled              = var.stream_enabled
  deletion_protection_enabled = var.deletion_protection_enabled
  tags                        = var.tags

  point_in_time_recovery {
    enabled = var.point_in_time_recovery_enabled
  }

  dynamic "ttl" {
    for_each = var.ttl_attribute_name != "" ? [1] : []
    content {
      enabled        = var.ttl_enabled
      attribute_name = var.ttl_attribute_name
    }
  }

  dynamic "global_secondary_index" {
    for_each = var.global_secondary_indexes
    content {
      name            = try(global_secondary_index.value.name, null)
      projection_type = try(global_secondary_index.value.projection_type, null)
      read_capacity   = try(global_secondary_index.value.read_capacity, null)
      write_capacity  = try(global_secondary_index.value.write_capacity, null)
    }
  }

  dynamic "replica" {
    for_each = var.replica_regions
    content {
      region_name            = try(replica.value.region_name, null)
      point_in_time_recovery = try(replica.value.point_in_time_recovery, null)
    }
  }
}

resource "aws_dynamodb_table" "autoscaled" {
  count                       = var.create_table && var.autoscaling_enabled && !var.ignore_changes_global_secondary_index ? 1 : 0
  region                      = var.region
  name                        = var.name
  billing_mode                = var.billing_mode
  read_capacity               = var.read_capacity
  write_capacity              = var.write_capacity
  table_class                 = var.table_class
  stream_enabled              = var.stream_enabled
  deletion_protection_enabled = var.deletion_protection_enabled
  tags                        = var.tags

  point_in_time_recovery {
    enabled = var.point_in_time_recovery_enabled
  }

  dynamic "ttl" {
    for_each = var.ttl_attribute_name != "" ? [1] : []
    content {
      enabled        = var.ttl_enabled
      attribute_name = var.ttl_attribute_name
    }
  }

  dynamic "global_secondary_index" {
    for_each = var.global_secondary_indexes
    content {
      name            = try(global_secondary_index.value.name, null)
      projection_type = try(global_secondary_index.value.projection_type, null)
      read_capacity   = try(global_secondary_index.value.read_capacity, null)
      write_capacity  = try(global_secondary_index.value.write_capacity, null)
    }
  }

  dynamic "replica" {
    for_each = var.replica_regions
    content {
      region_name            = try(replica.value.region_name, null)
      point_in_time_recovery = try(replica.value.point_in_time_recovery, null)
    }
  }

  lifecycle {
    ignore_changes = [read_capacity, write_capacity]
  }
}

resource "aws_dynamodb_table" "autoscaled_gsi_ignore" {
  count                       = var.create_table && var.autoscaling_enabled && var.ignore_changes_global_secondary_index ? 1 : 0
  region                      = var.region
  name                        = var.name
  billing_mode                = var.billing_mode
  read_capacity               = var.read_capacity
  write_capacity              = var.write_capacity
  table_class                 = var.table_class
  stream_enabled              = var.stream_enabled
  deletion_protection_enabled = var.deletion_protection_enabled
  tags                        = var.tags

  point_in_time_recovery {
    enabled = var.point_in_time_recovery_enabled
  }

  dynamic "ttl" {
    for_each = var.ttl_attribute_name != "" ? [1] : []
    content {
      enabled        = var.ttl_enabled
      attribute_name = var.ttl_attribute_name
    }
  }

  dynamic "global_secondary_index" {
    for_each = var.global_secondary_indexes
    content {
      name            = try(global_secondary_index.value.name, null)
      projection_type = try(global_secondary_index.value.projection_type, null)
      read_capacity   = try(global_secondary_index.value.read_capacity, null)
      write_capacity  = try(global_secondary_index.value.write_capacity, null)
    }
  }

  dynamic "replica" {
    for_each = var.replica_regions
    content {
      region_name            = try(replica.value.region_name, null)
      point_in_time_recovery = try(replica.value.point_in_time_recovery, null)
    }
  }

  lifecycle {
    ignore_changes = [global_secondary_index, read_capacity, write_capacity]
  }
}

resource "aws_appautoscaling_target" "table_read" {
  count              = var.create_table && var.autoscaling_enabled && length(var.autoscaling_read) > 0 ? 1 : 0
  region             = var.region
  min_capacity       = var.read_capacity
  max_capacity       = var.autoscaling_read["max_capacity"]
  resource_id        = "table/${try(aws_dynamodb_table.autoscaled[0].name, aws_dynamodb_table.autoscaled_gsi_ignore[0].name)}"
  scalable_dimension = "dynamodb:table:ReadCapacityUnits"
  service_namespace  = "dynamodb"
}

resource "aws_appautoscaling_target" "table_write" {
  count              = var.create_table && var.autoscaling_enabled && length(var.autoscaling_write) > 0 ? 1 : 0
  region             = var.region
  min_capacity       = var.write_capacity
  max_capacity       = var.autoscaling_write["max_capacity"]
  resource_id        = "table/${try(aws_dynamodb_table.autoscaled[0].name, aws_dynamodb_table.autoscaled_gsi_ignore[0].name)}"
  scalable_dimension = "dynamodb:table:WriteCapacityUnits"
  service_namespace  = "dynamodb"
}

output "dynamodb_table_arn" { value = try(aws_dynamodb_table.this[0].arn, aws_dynamodb_table.autoscaled[0].arn, aws_dynamodb_table.autoscaled_gsi_ignore[0].arn, "") }
output "dynamodb_table_id" { value = try(aws_dynamodb_table.this[0].id, aws_dynamodb_table.autoscaled[0].id, aws_dynamodb_table.autoscaled_gsi_ignore[0].id, "") }
