# terraform-aws-modules/eks from 18 on. 21 renamed what belongs to the cluster (cluster_version → kubernetes_version …)
# and dropped the *_defaults.

variable "costlint_release" {}
variable "region" { default = null }
variable "tags" { default = {} }
variable "create" { default = true }
variable "cluster_name" { default = "" }
variable "name" { default = "" }
variable "cluster_version" { default = null }
variable "kubernetes_version" { default = null }
variable "cluster_enabled_log_types" { default = null }
variable "enabled_log_types" { default = null }
variable "cluster_upgrade_policy" { default = {} }
variable "upgrade_policy" { default = null }
variable "cluster_compute_config" { default = {} }
variable "compute_config" { default = null }
variable "cluster_encryption_config" { default = null }
variable "encryption_config" { default = {} }
variable "control_plane_scaling_config" { default = null }
variable "create_kms_key" { default = null }
variable "create_cloudwatch_log_group" { default = true }
variable "cloudwatch_log_group_retention_in_days" { default = 90 }
variable "cloudwatch_log_group_class" { default = null }
variable "outpost_config" { default = null }
variable "subnet_ids" { default = [] }
variable "eks_managed_node_groups" {
  default  = {}
  nullable = false
}
variable "eks_managed_node_group_defaults" {
  default  = {}
  nullable = false
}
variable "self_managed_node_groups" {
  default  = {}
  nullable = false
}
variable "self_managed_node_group_defaults" {
  default  = {}
  nullable = false
}
variable "fargate_profiles" {
  default  = {}
  nullable = false
}
variable "fargate_profile_defaults" {
  default  = {}
  nullable = false
}

locals {
  major          = tonumber(split(".", var.costlint_release)[0])
  name           = local.major >= 21 ? var.name : var.cluster_name
  version        = local.major >= 21 ? var.kubernetes_version : var.cluster_version
  log_types      = local.major >= 21 ? var.enabled_log_types : var.cluster_enabled_log_types
  upgrade_policy = local.major >= 21 ? var.upgrade_policy : length(var.cluster_upgrade_policy) > 0 ? var.cluster_upgrade_policy : null
  auto_mode      = local.major >= 21 ? try(var.compute_config.enabled, false) : try(var.cluster_compute_config.enabled, false)
  on_outposts    = local.major >= 21 ? var.outpost_config != null : try(length(var.outpost_config) > 0, false)
  # 18 encrypts nothing unless told to, later releases encrypt secrets with a key of their own.
  encrypts   = local.major >= 21 ? var.encryption_config != null : local.major >= 19 ? try(length(var.cluster_encryption_config) > 0, true) : try(length(var.cluster_encryption_config) > 0, false)
  makes_keys = var.create_kms_key != null ? var.create_kms_key : local.major >= 19
  # Nodes are monitored in detail, and report each minute, unless told otherwise; 21 turned that round.
  monitored = local.major < 21
}

resource "aws_eks_cluster" "this" {
  count                     = var.create ? 1 : 0
  region                    = var.region
  name                      = local.name
  version                   = local.version
  enabled_cluster_log_types = local.log_types != null ? local.log_types : ["audit", "api", "authenticator"]
  tags                      = var.tags

  vpc_config {
    subnet_ids = var.subnet_ids
  }

  dynamic "upgrade_policy" {
    for_each = local.upgrade_policy != null ? [local.upgrade_policy] : []
    content {
      support_type = try(upgrade_policy.value.support_type, null)
    }
  }

  dynamic "compute_config" {
    for_each = local.auto_mode ? [1] : []
    content {
      enabled = local.auto_mode
    }
  }

  dynamic "control_plane_scaling_config" {
    for_each = var.control_plane_scaling_config != null ? [var.control_plane_scaling_config] : []
    content {
      tier = try(control_plane_scaling_config.value.tier, null)
    }
  }
}

resource "aws_cloudwatch_log_group" "this" {
  count             = var.create && var.create_cloudwatch_log_group ? 1 : 0
  region            = var.region
  name              = "/aws/eks/${local.name}/cluster"
  retention_in_days = var.cloudwatch_log_group_retention_in_days
  log_group_class   = var.cloudwatch_log_group_class
  tags              = var.tags
}

module "kms" {
  source = "../kms"
  create = var.create && local.makes_keys && local.encrypts && !local.on_outposts
  region = var.region
  tags   = var.tags
}

module "eks_managed_node_group" {
  source   = "./managed-node-group"
  for_each = { for name, group in var.eks_managed_node_groups : name => group if var.create && !local.on_outposts }

  costlint_release           = var.costlint_release
  region                     = var.region
  create                     = try(each.value.create, true)
  cluster_name               = try(aws_eks_cluster.this[0].name, local.name)
  subnet_ids                 = try(each.value.subnet_ids, var.eks_managed_node_group_defaults.subnet_ids, var.subnet_ids)
  min_size                   = try(each.value.min_size, var.eks_managed_node_group_defaults.min_size, 1)
  max_size                   = try(each.value.max_size, var.eks_managed_node_group_defaults.max_size, 3)
  desired_size               = try(each.value.desired_size, var.eks_managed_node_group_defaults.desired_size, 1)
  ami_id                     = try(each.value.ami_id, var.eks_managed_node_group_defaults.ami_id, "")
  ami_type                   = try(each.value.ami_type, var.eks_managed_node_group_defaults.ami_type, null)
  capacity_type              = try(each.value.capacity_type, var.eks_managed_node_group_defaults.capacity_type, null)
  disk_size                  = try(each.value.disk_size, var.eks_managed_node_group_defaults.disk_size, null)
  instance_types             = try(each.value.instance_types, var.eks_managed_node_group_defaults.instance_types, null)
  create_launch_template     = try(each.value.create_launch_template, var.eks_managed_node_group_defaults.create_launch_template, true)
  use_custom_launch_template = try(each.value.use_custom_launch_template, var.eks_managed_node_group_defaults.use_custom_launch_template, true)
  launch_template_id         = try(each.value.launch_template_id, var.eks_managed_node_group_defaults.launch_template_id, "")
  launch_template_name       = try(each.value.launch_template_name, var.eks_managed_node_group_defaults.launch_template_name, null)
  block_device_mappings      = try(each.value.block_device_mappings, var.eks_managed_node_group_defaults.block_device_mappings, {})
  credit_specification       = try(each.value.credit_specification, var.eks_managed_node_group_defaults.credit_specification, {})
  instance_market_options    = try(each.value.instance_market_options, var.eks_managed_node_group_defaults.instance_market_options, {})
  network_interfaces         = try(each.value.network_interfaces, var.eks_managed_node_group_defaults.network_interfaces, [])
  enable_monitoring          = try(each.value.enable_monitoring, var.eks_managed_node_group_defaults.enable_monitoring, local.monitored)
  schedules                  = try(each.value.schedules, var.eks_managed_node_group_defaults.schedules, {})
  create_schedule            = try(each.value.create_schedule, var.eks_managed_node_group_defaults.create_schedule, true)
  labels                     = try(each.value.labels, var.eks_managed_node_group_defaults.labels, null)
  taints                     = try(each.value.taints, var.eks_managed_node_group_defaults.taints, {})
  tags                       = merge(var.tags, try(each.value.tags, var.eks_managed_node_group_defaults.tags, {}))
}

module "self_managed_node_group" {
  source   = "./self-managed-node-group"
  for_each = { for name, group in var.self_managed_node_groups : name => group if var.create }

  costlint_release           = var.costlint_release
  region                     = var.region
  create                     = try(each.value.create, true)
  create_autoscaling_group   = try(each.value.create_autoscaling_group, var.self_managed_node_group_defaults.create_autoscaling_group, true)
  cluster_name               = try(aws_eks_cluster.this[0].name, local.name)
  subnet_ids                 = try(each.value.subnet_ids, var.self_managed_node_group_defaults.subnet_ids, var.subnet_ids)
  min_size                   = try(each.value.min_size, var.self_managed_node_group_defaults.min_size, local.major >= 21 ? 1 : 0)
  max_size                   = try(each.value.max_size, var.self_managed_node_group_defaults.max_size, 3)
  desired_size               = try(each.value.desired_size, var.self_managed_node_group_defaults.desired_size, 1)
  instance_type              = try(each.value.instance_type, var.self_managed_node_group_defaults.instance_type, "m6i.large")
  instance_requirements      = try(each.value.instance_requirements, var.self_managed_node_group_defaults.instance_requirements, {})
  instance_market_options    = try(each.value.instance_market_options, var.self_managed_node_group_defaults.instance_market_options, {})
  use_mixed_instances_policy = try(each.value.use_mixed_instances_policy, var.self_managed_node_group_defaults.use_mixed_instances_policy, false)
  mixed_instances_policy     = try(each.value.mixed_instances_policy, var.self_managed_node_group_defaults.mixed_instances_policy, null)
  autoscaling_group_tags     = try(each.value.autoscaling_group_tags, var.self_managed_node_group_defaults.autoscaling_group_tags, {})
  warm_pool                  = try(each.value.warm_pool, var.self_managed_node_group_defaults.warm_pool, {})
  create_launch_template     = try(each.value.create_launch_template, var.self_managed_node_group_defaults.create_launch_template, true)
  launch_template_id         = try(each.value.launch_template_id, var.self_managed_node_group_defaults.launch_template_id, "")
  block_device_mappings      = try(each.value.block_device_mappings, var.self_managed_node_group_defaults.block_device_mappings, {})
  credit_specification       = try(each.value.credit_specification, var.self_managed_node_group_defaults.credit_specification, {})
  placement                  = try(each.value.placement, var.self_managed_node_group_defaults.placement, {})
  network_interfaces         = try(each.value.network_interfaces, var.self_managed_node_group_defaults.network_interfaces, [])
  enable_monitoring          = try(each.value.enable_monitoring, var.self_managed_node_group_defaults.enable_monitoring, local.monitored)
  schedules                  = try(each.value.schedules, var.self_managed_node_group_defaults.schedules, {})
  create_schedule            = try(each.value.create_schedule, var.self_managed_node_group_defaults.create_schedule, true)
  tags                       = merge(var.tags, try(each.value.tags, var.self_managed_node_group_defaults.tags, {}))
}

module "fargate_profile" {
  source   = "./fargate-profile"
  for_each = { for name, profile in var.fargate_profiles : name => profile if var.create && !local.on_outposts }

  region       = var.region
  create       = try(each.value.create, true)
  cluster_name = try(aws_eks_cluster.this[0].name, local.name)
  selectors    = try(each.value.selectors, var.fargate_profile_defaults.selectors, [])
  tags         = merge(var.tags, try(each.value.tags, var.fargate_profile_defaults.tags, {}))
}

output "cluster_name" { value = try(aws_eks_cluster.this[0].name, "") }
output "cluster_id" { value = try(aws_eks_cluster.this[0].id, "") }
output "cluster_arn" { value = try(aws_eks_cluster.this[0].arn, "") }
output "cluster_version" { value = try(aws_eks_cluster.this[0].version, null) }
output "eks_managed_node_groups" { value = module.eks_managed_node_group }
output "self_managed_node_groups" { value = module.self_managed_node_group }
