# terraform-google-modules/kubernetes-engine from 12 on, and its private, beta and update variants: what a pool lacks has
# been the same through all of them. Node pools are maps; a pool's counts are per zone.

variable "project_id" { default = null }
variable "name" { default = null }
variable "region" { default = null }
variable "regional" { default = true }
variable "zones" {
  default  = []
  nullable = false
}
variable "release_channel" { default = null }
variable "initial_node_count" { default = 0 }
variable "remove_default_node_pool" { default = false }
variable "deletion_protection" { default = null }
variable "cluster_resource_labels" { default = {} }
variable "cluster_autoscaling" { default = {} }
variable "enable_vertical_pod_autoscaling" { default = null }
variable "node_pools" {
  default  = [{ name = "default-node-pool" }]
  nullable = false
}
variable "windows_node_pools" {
  default  = []
  nullable = false
}
variable "node_pools_resource_labels" { default = {} }
variable "node_pools_taints" { default = {} }
variable "node_pools_labels" { default = {} }

locals {
  location = var.regional ? var.region : var.zones[0]
  # Regional clusters that name no zones get three.
  locations = var.regional ? length(compact(var.zones)) > 0 ? compact(var.zones) : null : slice(var.zones, 1, length(var.zones))
}

resource "google_container_cluster" "primary" {
  project                  = var.project_id
  name                     = var.name
  location                 = local.location
  node_locations           = local.locations
  remove_default_node_pool = var.remove_default_node_pool
  deletion_protection      = var.deletion_protection
  resource_labels          = var.cluster_resource_labels

  dynamic "cluster_autoscaling" {
    for_each = try(var.cluster_autoscaling.enabled, false) ? [1] : []
    content {
      enabled             = true
      autoscaling_profile = try(var.cluster_autoscaling.autoscaling_profile, null)
    }
  }

  dynamic "release_channel" {
    for_each = var.release_channel != null ? [var.release_channel] : []
    content {
      channel = release_channel.value
    }
  }

  node_pool {
    name               = "default-pool"
    initial_node_count = var.initial_node_count

    node_config {
      machine_type = try(lookup(var.node_pools[0], "machine_type", "e2-medium"), "e2-medium")
    }
  }
}

resource "google_container_node_pool" "pools" {
  for_each           = { for pool in var.node_pools : pool.name => pool }
  project            = var.project_id
  name               = each.key
  location           = local.location
  cluster            = google_container_cluster.primary.name
  node_locations     = lookup(each.value, "node_locations", "") != "" ? split(",", each.value["node_locations"]) : null
  initial_node_count = lookup(each.value, "autoscaling", true) ? lookup(each.value, "initial_node_count", lookup(each.value, "min_count", 1)) : null
  node_count         = lookup(each.value, "autoscaling", true) ? null : lookup(each.value, "node_count", 1)

  dynamic "autoscaling" {
    for_each = lookup(each.value, "autoscaling", true) ? [each.value] : []
    content {
      min_node_count       = contains(keys(autoscaling.value), "total_min_count") ? null : lookup(autoscaling.value, "min_count", 1)
      max_node_count       = contains(keys(autoscaling.value), "total_max_count") ? null : lookup(autoscaling.value, "max_count", 100)
      total_min_node_count = lookup(autoscaling.value, "total_min_count", null)
      total_max_node_count = lookup(autoscaling.value, "total_max_count", null)
      location_policy      = lookup(autoscaling.value, "location_policy", null)
    }
  }

  dynamic "queued_provisioning" {
    for_each = lookup(each.value, "queued_provisioning", false) ? [true] : []
    content {
      enabled = true
    }
  }

  node_config {
    machine_type    = lookup(each.value, "machine_type", "e2-medium")
    disk_type       = lookup(each.value, "disk_type", "pd-standard")
    disk_size_gb    = lookup(each.value, "disk_size_gb", 100)
    local_ssd_count = lookup(each.value, "local_ssd_count", 0)
    preemptible     = lookup(each.value, "preemptible", false)
    spot            = lookup(each.value, "spot", false)
    resource_labels = try(merge(lookup(var.node_pools_resource_labels, "all", {}), lookup(var.node_pools_resource_labels, each.key, {})), {})
    labels          = try(merge(lookup(var.node_pools_labels, "all", {}), lookup(var.node_pools_labels, each.key, {})), {})

    dynamic "ephemeral_storage_local_ssd_config" {
      for_each = lookup(each.value, "local_ssd_ephemeral_storage_count", 0) > 0 ? [each.value["local_ssd_ephemeral_storage_count"]] : []
      content {
        local_ssd_count = ephemeral_storage_local_ssd_config.value
      }
    }

    dynamic "ephemeral_storage_config" {
      for_each = lookup(each.value, "local_ssd_ephemeral_count", 0) > 0 ? [each.value["local_ssd_ephemeral_count"]] : []
      content {
        local_ssd_count = ephemeral_storage_config.value
      }
    }

    dynamic "local_nvme_ssd_block_config" {
      for_each = lookup(each.value, "local_nvme_ssd_count", 0) > 0 ? [each.value["local_nvme_ssd_count"]] : []
      content {
        local_ssd_count = local_nvme_ssd_block_config.value
      }
    }

    dynamic "guest_accelerator" {
      for_each = lookup(each.value, "accelerator_count", 0) > 0 ? [1] : []
      content {
        type               = lookup(each.value, "accelerator_type", "")
        count              = lookup(each.value, "accelerator_count", 0)
        gpu_partition_size = lookup(each.value, "gpu_partition_size", null)
      }
    }

    dynamic "taint" {
      for_each = try(concat(lookup(var.node_pools_taints, "all", []), lookup(var.node_pools_taints, each.key, [])), [])
      content {
        key    = taint.value.key
        value  = taint.value.value
        effect = taint.value.effect
      }
    }
  }

  lifecycle {
    ignore_changes = [initial_node_count]
  }
}

resource "google_container_node_pool" "windows_pools" {
  for_each           = { for pool in var.windows_node_pools : pool.name => pool }
  project            = var.project_id
  name               = each.key
  location           = local.location
  cluster            = google_container_cluster.primary.name
  node_locations     = lookup(each.value, "node_locations", "") != "" ? split(",", each.value["node_locations"]) : null
  initial_node_count = lookup(each.value, "autoscaling", true) ? lookup(each.value, "initial_node_count", lookup(each.value, "min_count", 1)) : null
  node_count         = lookup(each.value, "autoscaling", true) ? null : lookup(each.value, "node_count", 1)

  dynamic "autoscaling" {
    for_each = lookup(each.value, "autoscaling", true) ? [each.value] : []
    content {
      min_node_count       = contains(keys(autoscaling.value), "total_min_count") ? null : lookup(autoscaling.value, "min_count", 1)
      max_node_count       = contains(keys(autoscaling.value), "total_max_count") ? null : lookup(autoscaling.value, "max_count", 100)
      total_min_node_count = lookup(autoscaling.value, "total_min_count", null)
      total_max_node_count = lookup(autoscaling.value, "total_max_count", null)
      location_policy      = lookup(autoscaling.value, "location_policy", null)
    }
  }

  dynamic "queued_provisioning" {
    for_each = lookup(each.value, "queued_provisioning", false) ? [true] : []
    content {
      enabled = true
    }
  }

  node_config {
    machine_type    = lookup(each.value, "machine_type", "e2-medium")
    disk_type       = lookup(each.value, "disk_type", "pd-standard")
    disk_size_gb    = lookup(each.value, "disk_size_gb", 100)
    local_ssd_count = lookup(each.value, "local_ssd_count", 0)
    preemptible     = lookup(each.value, "preemptible", false)
    spot            = lookup(each.value, "spot", false)
    resource_labels = try(merge(lookup(var.node_pools_resource_labels, "all", {}), lookup(var.node_pools_resource_labels, each.key, {})), {})
    labels          = try(merge(lookup(var.node_pools_labels, "all", {}), lookup(var.node_pools_labels, each.key, {})), {})

    dynamic "ephemeral_storage_local_ssd_config" {
      for_each = lookup(each.value, "local_ssd_ephemeral_storage_count", 0) > 0 ? [each.value["local_ssd_ephemeral_storage_count"]] : []
      content {
        local_ssd_count = ephemeral_storage_local_ssd_config.value
      }
    }

    dynamic "ephemeral_storage_config" {
      for_each = lookup(each.value, "local_ssd_ephemeral_count", 0) > 0 ? [each.value["local_ssd_ephemeral_count"]] : []
      content {
        local_ssd_count = ephemeral_storage_config.value
      }
    }

    dynamic "local_nvme_ssd_block_config" {
      for_each = lookup(each.value, "local_nvme_ssd_count", 0) > 0 ? [each.value["local_nvme_ssd_count"]] : []
      content {
        local_ssd_count = local_nvme_ssd_block_config.value
      }
    }

    dynamic "guest_accelerator" {
      for_each = lookup(each.value, "accelerator_count", 0) > 0 ? [1] : []
      content {
        type               = lookup(each.value, "accelerator_type", "")
        count              = lookup(each.value, "accelerator_count", 0)
        gpu_partition_size = lookup(each.value, "gpu_partition_size", null)
      }
    }

    dynamic "taint" {
      for_each = try(concat(lookup(var.node_pools_taints, "all", []), lookup(var.node_pools_taints, each.key, [])), [])
      content {
        key    = taint.value.key
        value  = taint.value.value
        effect = taint.value.effect
      }
    }
  }

  lifecycle {
    ignore_changes = [initial_node_count]
  }
}

output "name" { value = google_container_cluster.primary.name }
output "cluster_id" { value = google_container_cluster.primary.id }
output "location" { value = local.location }
output "region" { value = var.regional ? var.region : try(join("-", slice(split("-", var.zones[0]), 0, 2)), null) }
output "type" { value = var.regional ? "regional" : "zonal" }
