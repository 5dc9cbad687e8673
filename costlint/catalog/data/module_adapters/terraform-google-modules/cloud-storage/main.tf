# terraform-google-modules/cloud-storage: one bucket for each name.

variable "costlint_release" {}
variable "project_id" { default = null }
variable "names" {
  default  = []
  nullable = false
}
variable "prefix" { default = "" }
variable "location" { default = "EU" }
variable "storage_class" { default = "STANDARD" }
variable "labels" { default = {} }
variable "versioning" {
  default  = {}
  nullable = false
}
variable "autoclass" {
  default  = {}
  nullable = false
}
variable "lifecycle_rules" {
  default  = []
  nullable = false
}
variable "bucket_lifecycle_rules" {
  default  = {}
  nullable = false
}
variable "custom_placement_config" { default = {} }
variable "soft_delete_policy" {
  default  = {}
  nullable = false
}

locals {
  major = tonumber(split(".", var.costlint_release)[0])
}

resource "google_storage_bucket" "buckets" {
  for_each      = toset(var.names)
  project       = var.project_id
  name          = join("-", compact([var.prefix, each.value]))
  location      = var.location
  storage_class = var.storage_class
  labels        = var.labels

  versioning {
    enabled = lookup(var.versioning, lower(each.value), false)
  }

  autoclass {
    enabled = lookup(var.autoclass, lower(each.value), false)
  }

  dynamic "lifecycle_rule" {
    for_each = concat(tolist(var.lifecycle_rules), tolist(lookup(var.bucket_lifecycle_rules, each.value, [])))
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
    for_each = lookup(var.custom_placement_config, each.value, null) != null ? [var.custom_placement_config[each.value]] : []
    content {
      data_locations = try(custom_placement_config.value.data_locations, null)
    }
  }

  dynamic "soft_delete_policy" {
    for_each = local.major >= 6 ? [lookup(var.soft_delete_policy, each.value, {})] : []
    content {
      retention_duration_seconds = try(soft_delete_policy.value.retention_duration_seconds, null)
    }
  }
}

output "buckets_map" { value = google_storage_bucket.buckets }
output "names" { value = { for name, bucket in google_storage_bucket.buckets : name => bucket.name } }
