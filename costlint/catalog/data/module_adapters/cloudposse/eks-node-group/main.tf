# cloudposse/eks-node-group from 2.3 on: a managed group and the launch template it always has.

variable "costlint_release" {}
variable "enabled" { default = null }
variable "context" { default = null }
variable "tags" { default = {} }
variable "cluster_name" { default = null }
variable "subnet_ids" { default = null }
variable "instance_types" { default = ["t3.medium"] }
variable "ami_type" { default = null }
variable "capacity_type" { default = null }
variable "min_size" { default = null }
variable "max_size" { default = null }
variable "desired_size" { default = null }
variable "kubernetes_labels" { default = null }
variable "create_before_destroy" { default = null }
variable "detailed_monitoring_enabled" { default = false }
variable "launch_template_id" {
  default  = []
  nullable = false
}
variable "block_device_map" {
  default  = { "/dev/xvda" = { ebs = {} } }
  nullable = false
}
variable "block_device_mappings" { default = null }

locals {
  enabled       = coalesce(var.enabled, try(var.context.enabled, null), true)
  major                = tonumber(split(".", var.costlint_release)[0])
  created_first = var.create_before_destroy != null ? var.create_before_destroy : local.major >= 3
  template_id   = length(var.launch_template_id) > 0 ? var.launch_template_id[0] : try(aws_launch_template.default[0].id, null)
  # The list is the older form of the map, and wins.
  devices = var.block_device_mappings != null ? { for disk in var.block_device_mappings : disk.device_name => { ebs = disk } } : var.block_device_map
}

resource "aws_launch_template" "default" {
  count = local.enabled && length(var.launch_template_id) == 0 ? 1 : 0
  tags  = var.tags

  dynamic "block_device_mappings" {
    for_each = local.devices
    content {
      device_name = block_device_mappings.key

      dynamic "ebs" {
        for_each = try(block_device_mappings.value.ebs, null) == null ? [] : [block_device_mappings.value.ebs]
        content {
          iops        = try(ebs.value.iops, null)
          throughput  = try(ebs.value.throughput, null)
          volume_size = coalesce(try(ebs.value.volume_size, null), 20)
          volume_type = coalesce(try(ebs.value.volume_type, null), "gp3")
        }
      }
    }
  }

  monitoring {
    enabled = var.detailed_monitoring_enabled
  }
}

resource "aws_eks_node_group" "default" {
  count          = local.enabled && !local.created_first ? 1 : 0
  cluster_name   = var.cluster_name
  subnet_ids     = var.subnet_ids
  instance_types = var.instance_types
  ami_type       = var.ami_type
  capacity_type  = var.capacity_type
  labels         = var.kubernetes_labels
  tags           = var.tags

  scaling_config {
    min_size     = var.min_size
    max_size     = var.max_size
    desired_size = var.desired_size
  }

  launch_template {
    id = local.template_id
  }

  lifecycle {
    ignore_changes = [scaling_config[0].desired_size]
  }
}

resource "aws_eks_node_group" "cbd" {
  count          = local.enabled && local.created_first ? 1 : 0
  cluster_name   = var.cluster_name
  subnet_ids     = var.subnet_ids
  instance_types = var.instance_types
  ami_type       = var.ami_type
  capacity_type  = var.capacity_type
  labels         = var.kubernetes_labels
  tags           = var.tags

  scaling_config {
    min_size     = var.min_size
    max_size     = var.max_size
    desired_size = var.desired_size
  }

  launch_template {
    id = local.template_id
  }

  lifecycle {
    ignore_changes = [scaling_config[0].desired_size]
  }
}

output "eks_node_group_id" { value = try(aws_eks_node_group.default[0].id, aws_eks_node_group.cbd[0].id, null) }
