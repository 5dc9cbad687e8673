# terraform-google-modules/cloud-storage//modules/simple_bucket

variable "costlint_release" {}
variable "project_id" { default = null }
variable "name" { default = null }
variable "location" { default = null }
variable "storage_class" { default = null }
variable "labels" { default = {} }
variable "versioning" { default = true }
variable "autoclass" { default = false }
variable "lifecycle_rules" {
  default  = []
  nullable = false
}
variable "custom_placement_config" { default = null }
variable "soft_delete_policy" { default = {} }

locals {
  major = tonumber(split(".", var.costlint_release)[0])
}

resource "google_storage_bucket" "bucket" {
  project       = var.project_id
  name          = var.name
  location      = var.location
  storage_class = var.storage_class
  labels        = var.labels

  versioning {
    enabled = var.versioning
  }

  autoclass {
    enabled = var.autoclass
  }

  dynamic "lifecycle_rule" {
    for_each = var.lifecycle_rules
    content {
      action {
        type          = try(lifecycle_rule.value.action.type, null)
        storage_class = try(lifecycle_rule.value.action.storage_class, null)
      }

      condition {
        age                        = try(lifecycle_rule.value.condition.age, null)
        created_before             = try(lifecycle_rule.value.condition.created_before, null)
        with_state                 = try(lifecycle_rule.value.condition.with_state, null)
        matches_prefix             = try(lifecycle_rule.value.condition.matches_prefix, null)
        matches_suffix             = try(lifecycle_rule.value.condition.matches_suffix, null)
        matches_storage_class      = try(lifecycle_rule.value.condition.matches_storage_class, null)
        num_newer_versions         = try(lifecycle_rule.value.condition.num_newer_versions, null)
        days_since_noncurrent_time = try(lifecycle_rule.value.condition.days_since_noncurrent_time, null)
      }
    }
  }

  dynamic "custom_placement_config" {
    for_each = var.custom_placement_config != null ? [var.custom_placement_config] : []
    content {
      data_locations = try(custom_placement_config.value.data_locations, null)
    }
  }

  dynamic "soft_delete_policy" {
    for_each = local.major >= 6 ? [var.soft_delete_policy] : []
    content {
      retention_duration_seconds = try(soft_delete_policy.value.retention_duration_seconds, null)
    }
  }
}

output "name" { value = google_storage_bucket.bucket.name }
output "bucket" { value = google_storage_bucket.bucket }
