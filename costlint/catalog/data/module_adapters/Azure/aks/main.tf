# Azure/aks from 5 on: the cluster with its first pool, the pools beside it, and a workspace for its logs. 11 calls
# enable_auto_scaling auto_scaling_enabled.

variable "resource_group_name" { default = null }
variable "location" { default = null }
variable "prefix" { default = "" }
variable "cluster_name" { default = null }
variable "tags" { default = {} }
variable "sku_tier" { default = "Free" }
variable "support_plan" { default = "KubernetesOfficial" }
variable "kubernetes_version" { default = null }
variable "agents_pool_name" { default = "nodepool" }
variable "agents_size" { default = "Standard_D2s_v3" }
variable "agents_type" { default = "VirtualMachineScaleSets" }
variable "agents_count" { default = 2 }
variable "agents_min_count" { default = null }
variable "agents_max_count" { default = null }
variable "agents_availability_zones" { default = null }
variable "agents_labels" { default = {} }
variable "agents_tags" { default = {} }
variable "enable_auto_scaling" { default = false }
variable "auto_scaling_enabled" { default = false }
variable "os_disk_size_gb" { default = 50 }
variable "os_disk_type" { default = "Managed" }
variable "os_sku" { default = null }
variable "ultra_ssd_enabled" { default = false }
variable "vnet_subnet" { default = null }
variable "vnet_subnet_id" { default = null }
variable "node_pools" {
  default  = {}
  nullable = false
}
variable "log_analytics_workspace_enabled" { default = true }
variable "log_analytics_workspace" { default = null }
variable "log_analytics_workspace_sku" { default = "PerGB2018" }
variable "log_analytics_workspace_daily_quota_gb" { default = null }
variable "log_analytics_workspace_reservation_capacity_in_gb_per_day" { default = null }
variable "log_retention_in_days" { default = 30 }

locals {
  autoscaled = var.enable_auto_scaling == true || var.auto_scaling_enabled == true
  location   = var.location != null ? var.location : data.azurerm_resource_group.main.location
}

data "azurerm_resource_group" "main" {
  name = var.resource_group_name
}

resource "azurerm_kubernetes_cluster" "main" {
  name                = try(coalesce(var.cluster_name, "${var.prefix}-aks"), null)
  resource_group_name = var.resource_group_name
  location            = local.location
  kubernetes_version  = var.kubernetes_version
  sku_tier            = var.sku_tier
  support_plan        = var.support_plan
  tags                = var.tags

  dynamic "default_node_pool" {
    for_each = local.autoscaled ? [] : ["fixed"]
    content {
      node_count           = var.agents_count
      name                 = var.agents_pool_name
      vm_size              = var.agents_size
      type                 = var.agents_type
      zones                = var.agents_availability_zones
      os_disk_size_gb      = var.os_disk_size_gb
      os_disk_type         = var.os_disk_type
      os_sku               = var.os_sku
      node_labels          = var.agents_labels
      auto_scaling_enabled = local.autoscaled
      vnet_subnet_id       = try(var.vnet_subnet.id, var.vnet_subnet_id)
      ultra_ssd_enabled    = var.ultra_ssd_enabled
      tags                 = merge(var.tags, var.agents_tags)
    }
  }

  dynamic "default_node_pool" {
    for_each = local.autoscaled ? ["autoscaled"] : []
    content {
      min_count            = var.agents_min_count
      max_count            = var.agents_max_count
      name                 = var.agents_pool_name
      vm_size              = var.agents_size
      type                 = var.agents_type
      zones                = var.agents_availability_zones
      os_disk_size_gb      = var.os_disk_size_gb
      os_disk_type         = var.os_disk_type
      os_sku               = var.os_sku
      node_labels          = var.agents_labels
      auto_scaling_enabled = local.autoscaled
      vnet_subnet_id       = try(var.vnet_subnet.id, var.vnet_subnet_id)
      ultra_ssd_enabled    = var.ultra_ssd_enabled
      tags                 = merge(var.tags, var.agents_tags)
    }
  }

  lifecycle {
    ignore_changes = [kubernetes_version]
  }
}

resource "azurerm_kubernetes_cluster_node_pool" "node_pool_create_before_destroy" {
  for_each              = { for name, pool in var.node_pools : name => pool if try(coalesce(pool.create_before_destroy), true) }
  kubernetes_cluster_id = azurerm_kubernetes_cluster.main.id
  name                  = try(each.value.name, null)
  vm_size               = try(each.value.vm_size, null)
  node_count            = try(each.value.node_count, null)
  min_count             = try(each.value.min_count, null)
  max_count             = try(each.value.max_count, null)
  auto_scaling_enabled  = try(coalesce(each.value.auto_scaling_enabled), coalesce(each.value.enable_auto_scaling), null)
  priority              = try(coalesce(each.value.priority), "Regular")
  eviction_policy       = try(each.value.eviction_policy, null)
  mode                  = try(coalesce(each.value.mode), "User")
  zones                 = try(each.value.zones, null)
  os_type               = try(coalesce(each.value.os_type), "Linux")
  os_sku                = try(each.value.os_sku, null)
  os_disk_size_gb       = try(each.value.os_disk_size_gb, null)
  os_disk_type          = try(coalesce(each.value.os_disk_type), "Managed")
  node_labels           = try(each.value.node_labels, null)
  node_taints           = try(each.value.node_taints, null)
  vnet_subnet_id        = try(each.value.vnet_subnet.id, each.value.vnet_subnet_id, null)
  ultra_ssd_enabled     = try(each.value.ultra_ssd_enabled, null)
  tags                  = try(each.value.tags, null)
}

resource "azurerm_kubernetes_cluster_node_pool" "node_pool_create_after_destroy" {
  for_each              = { for name, pool in var.node_pools : name => pool if !try(coalesce(pool.create_before_destroy), true) }
  kubernetes_cluster_id = azurerm_kubernetes_cluster.main.id
  name                  = try(each.value.name, null)
  vm_size               = try(each.value.vm_size, null)
  node_count            = try(each.value.node_count, null)
  min_count             = try(each.value.min_count, null)
  max_count             = try(each.value.max_count, null)
  auto_scaling_enabled  = try(coalesce(each.value.auto_scaling_enabled), coalesce(each.value.enable_auto_scaling), null)
  priority              = try(coalesce(each.value.priority), "Regular")
  eviction_policy       = try(each.value.eviction_policy, null)
  mode                  = try(coalesce(each.value.mode), "User")
  zones                 = try(each.value.zones, null)
  os_type               = try(coalesce(each.value.os_type), "Linux")
  os_sku                = try(each.value.os_sku, null)
  os_disk_size_gb       = try(each.value.os_disk_size_gb, null)
  os_disk_type          = try(coalesce(each.value.os_disk_type), "Managed")
  node_labels           = try(each.value.node_labels, null)
  node_taints           = try(each.value.node_taints, null)
  vnet_subnet_id        = try(each.value.vnet_subnet.id, each.value.vnet_subnet_id, null)
  ultra_ssd_enabled     = try(each.value.ultra_ssd_enabled, null)
  tags                  = try(each.value.tags, null)
}

resource "azurerm_log_analytics_workspace" "main" {
  count                              = var.log_analytics_workspace_enabled && var.log_analytics_workspace == null ? 1 : 0
  resource_group_name                = var.resource_group_name
  location                           = local.location
  sku                                = var.log_analytics_workspace_sku
  retention_in_days                  = var.log_retention_in_days
  daily_quota_gb                     = var.log_analytics_workspace_daily_quota_gb
  reservation_capacity_in_gb_per_day = var.log_analytics_workspace_reservation_capacity_in_gb_per_day
  tags                               = var.tags
}

output "aks_id" { value = azurerm_kubernetes_cluster.main.id }
output "aks_name" { value = azurerm_kubernetes_cluster.main.name }
output "location" { value = azurerm_kubernetes_cluster.main.location }
