# terraform-aws-modules/s3-bucket: what decides the bill is versioning, lifecycle, replication and what watches the bucket.

variable "region" { default = null }
variable "tags" { default = {} }
variable "create_bucket" { default = true }
variable "is_directory_bucket" { default = false }
variable "bucket" { default = null }
variable "data_redundancy" { default = null }
variable "acceleration_status" { default = null }
variable "lifecycle_rule" { default = [] }
variable "intelligent_tiering" { default = {} }
variable "inventory_configuration" { default = {} }
variable "analytics_configuration" { default = {} }
variable "metric_configuration" { default = [] }
variable "replication_configuration" { default = {} }
variable "server_side_encryption_configuration" { default = {} }
variable "versioning" { default = {} }

locals {
  plain           = var.create_bucket && !var.is_directory_bucket
  lifecycle_rules = try(jsondecode(var.lifecycle_rule), var.lifecycle_rule)
  tiering         = try(jsondecode(var.intelligent_tiering), var.intelligent_tiering)
  metrics         = try(jsondecode(var.metric_configuration), var.metric_configuration)
}

resource "aws_s3_bucket" "this" {
  count  = local.plain ? 1 : 0
  region = var.region
  bucket = var.bucket
  tags   = var.tags
}

resource "aws_s3_directory_bucket" "this" {
  count           = var.create_bucket && var.is_directory_bucket ? 1 : 0
  region          = var.region
  bucket          = var.bucket
  data_redundancy = var.data_redundancy
}

resource "aws_s3_bucket_versioning" "this" {
  count  = local.plain && length(keys(var.versioning)) > 0 ? 1 : 0
  region = var.region
  bucket = aws_s3_bucket.this[0].id

  versioning_configuration {
    status = try(var.versioning["enabled"] ? "Enabled" : "Suspended", tobool(var.versioning["status"]) ? "Enabled" : "Suspended", title(lower(var.versioning["status"])), "Enabled")
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  count  = local.plain && length(keys(var.server_side_encryption_configuration)) > 0 ? 1 : 0
  region = var.region
  bucket = aws_s3_bucket.this[0].id

  dynamic "rule" {
    for_each = try(flatten([var.server_side_encryption_configuration["rule"]]), [])
    content {
      bucket_key_enabled = try(rule.value.bucket_key_enabled, null)

      dynamic "apply_server_side_encryption_by_default" {
        for_each = try([rule.value.apply_server_side_encryption_by_default], [])
        content {
          sse_algorithm     = try(apply_server_side_encryption_by_default.value.sse_algorithm, null)
          kms_master_key_id = try(apply_server_side_encryption_by_default.value.kms_master_key_id, null)
        }
      }
    }
  }
}

resource "aws_s3_bucket_accelerate_configuration" "this" {
  count  = local.plain && var.acceleration_status != null ? 1 : 0
  region = var.region
  bucket = aws_s3_bucket.this[0].id
  status = title(lower(var.acceleration_status))
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  count  = var.create_bucket && length(local.lifecycle_rules) > 0 ? 1 : 0
  region = var.region
  bucket = var.is_directory_bucket ? aws_s3_directory_bucket.this[0].bucket : aws_s3_bucket.this[0].id

  dynamic "rule" {
    for_each = local.lifecycle_rules
    content {
      id     = try(rule.value.id, null)
      status = try(rule.value.enabled ? "Enabled" : "Disabled", tobool(rule.value.status) ? "Enabled" : "Disabled", title(lower(rule.value.status)))

      dynamic "filter" {
        for_each = [for filter in try(flatten([rule.value.filter]), []) : filter if max(length(keys(filter)), length(try(filter.tags, filter.tag, []))) == 1]
        content {
          object_size_greater_than = try(filter.value.object_size_greater_than, null)
          object_size_less_than    = try(filter.value.object_size_less_than, null)
          prefix                   = try(filter.value.prefix, null)

          dynamic "tag" {
            for_each = try(filter.value.tags, filter.value.tag, [])
            content {
              key   = tag.key
              value = tag.value
            }
          }
        }
      }

      dynamic "filter" {
        for_each = [for filter in try(flatten([rule.value.filter]), []) : filter if max(length(keys(filter)), length(try(filter.tags, filter.tag, []))) > 1]
        content {
          and {
            object_size_greater_than = try(filter.value.object_size_greater_than, null)
            object_size_less_than    = try(filter.value.object_size_less_than, null)
            prefix                   = try(filter.value.prefix, null)
            tags                     = try(filter.value.tags, filter.value.tag, null)
          }
        }
      }

      dynamic "abort_incomplete_multipart_upload" {
        for_each = try([rule.value.abort_incomplete_multipart_upload_days], [])
        content {
          days_after_initiation = abort_incomplete_multipart_upload.value
        }
      }

      dynamic "expiration" {
        for_each = try(flatten([rule.value.expiration]), [])
        content {
          date                         = try(expiration.value.date, null)
          days                         = try(expiration.value.days, null)
          expired_object_delete_marker = try(expiration.value.expired_object_delete_marker, null)
        }
      }

      dynamic "transition" {
        for_each = try(flatten([rule.value.transition]), [])
        content {
          date          = try(transition.value.date, null)
          days          = try(transition.value.days, null)
          storage_class = transition.value.storage_class
        }
      }

      dynamic "noncurrent_version_expiration" {
        for_each = try(flatten([rule.value.noncurrent_version_expiration]), [])
        content {
          newer_noncurrent_versions = try(noncurrent_version_expiration.value.newer_noncurrent_versions, null)
          noncurrent_days           = try(noncurrent_version_expiration.value.days, noncurrent_version_expiration.value.noncurrent_days, null)
        }
      }

      dynamic "noncurrent_version_transition" {
        for_each = try(flatten([rule.value.noncurrent_version_transition]), [])
        content {
          newer_noncurrent_versions = try(noncurrent_version_transition.value.newer_noncurrent_versions, null)
          noncurrent_days           = try(noncurrent_version_transition.value.days, noncurrent_version_transition.value.noncurrent_days, null)
          storage_class             = noncurrent_version_transition.value.storage_class
        }
      }
    }
  }
}

resource "aws_s3_bucket_replication_configuration" "this" {
  count  = local.plain && length(keys(var.replication_configuration)) > 0 ? 1 : 0
  region = var.region
  bucket = aws_s3_bucket.this[0].id

  dynamic "rule" {
    for_each = flatten(try([var.replication_configuration["rule"]], [var.replication_configuration["rules"]], []))
    content {
      id     = try(rule.value.id, null)
      status = try(tobool(rule.value.status) ? "Enabled" : "Disabled", title(lower(rule.value.status)), "Enabled")

      dynamic "destination" {
        for_each = try(flatten([rule.value.destination]), [])
        content {
          bucket        = try(destination.value.bucket, null)
          storage_class = try(destination.value.storage_class, null)
        }
      }
    }
  }
}

resource "aws_s3_bucket_intelligent_tiering_configuration" "this" {
  for_each = { for name, tiers in local.tiering : name => tiers if local.plain }
  region   = var.region
  name     = each.key
  bucket   = aws_s3_bucket.this[0].id
  status   = try(tobool(each.value.status) ? "Enabled" : "Disabled", title(lower(each.value.status)), null)

  dynamic "tiering" {
    for_each = try(each.value.tiering, {})
    content {
      access_tier = tiering.key
      days        = try(tiering.value.days, null)
    }
  }
}

resource "aws_s3_bucket_metric" "this" {
  for_each = { for name, metric in local.metrics : name => metric if local.plain }
  region   = var.region
  name     = try(each.value.name, null)
  bucket   = aws_s3_bucket.this[0].id
}

resource "aws_s3_bucket_inventory" "this" {
  for_each                 = { for name, inventory in var.inventory_configuration : name => inventory if local.plain }
  region                   = var.region
  name                     = each.key
  bucket                   = try(each.value.bucket, aws_s3_bucket.this[0].id)
  included_object_versions = try(each.value.included_object_versions, null)
  enabled                  = try(each.value.enabled, true)

  schedule {
    frequency = try(each.value.frequency, null)
  }
}

resource "aws_s3_bucket_analytics_configuration" "this" {
  for_each = { for name, analytics in var.analytics_configuration : name => analytics if local.plain }
  region   = var.region
  name     = each.key
  bucket   = aws_s3_bucket.this[0].id
}

output "s3_bucket_id" { value = try(aws_s3_bucket.this[0].id, aws_s3_directory_bucket.this[0].bucket, "") }
output "s3_bucket_arn" { value = try(aws_s3_bucket.this[0].arn, aws_s3_directory_bucket.this[0].arn, "") }
output "s3_bucket_bucket_domain_name" { value = try(aws_s3_bucket.this[0].bucket_domain_name, "") }
output "s3_bucket_bucket_regional_domain_name" { value = try(aws_s3_bucket.this[0].bucket_regional_domain_name, "") }
