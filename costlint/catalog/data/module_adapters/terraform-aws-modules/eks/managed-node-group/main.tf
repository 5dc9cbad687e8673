# terraform-aws-modules/eks//modules/eks-managed-node-group from 18 on.

variable "costlint_release" {}
variable "region" { default = null }
variable "tags" { default = {} }
variable "create" { default = true }
variable "cluster_name" { default = null }
variable "subnet_ids" { default = null }
variable "min_size" { default = null }
variable "max_size" { default = 3 }
variable "desired_size" { default = 1 }
variable "ami_id" { default = "" }
variable "ami_type" { default = null }
variable "capacity_type" { default = "ON_DEMAND" }
variable "disk_size" { default = null }
variable "instance_types" { default = null }
variable "create_launch_template" { default = true }
variable "use_custom_launch_template" { default = true }
variable "launch_template_id" { default = "" }
variable "launch_template_name" { default = null }
variable "block_device_mappings" {
  default  = {}
  nullable = false
}
variable "credit_specification" { default = {} }
variable "instance_market_options" { default = {} }
variable "network_interfaces" {
  default  = []
  nullable = false
}
variable "enable_monitoring" { default = null }
variable "schedules" {
  default  = {}
  nullable = false
}
variable "create_schedule" { default = true }
variable "labels" { default = null }
variable "taints" {
  default  = {}
  nullable = false
}

locals {
  major     = tonumber(split(".", var.costlint_release)[0])
  monitored = var.enable_monitoring != null ? var.enable_monitoring : local.major < 21
  # 18 takes a name of "" for: no launch template.
  templated   = local.major >= 19 ? var.use_custom_launch_template : var.launch_template_name != ""
  template_id = var.create && var.create_launch_template ? try(aws_launch_template.this[0].id, null) : var.launch_template_id
}

resource "aws_launch_template" "this" {
  count         = var.create && var.create_launch_template && local.templated ? 1 : 0
  region        = var.region
  instance_type = var.capacity_type == "CAPACITY_BLOCK" ? try(element(var.instance_types, 0), null) : null
  tags          = var.tags

  dynamic "block_device_mappings" {
    for_each = var.block_device_mappings
    content {
      device_name = try(block_device_mappings.value.device_name, null)

      dynamic "ebs" {
        for_each = try([block_device_mappings.value.ebs], [])
        content {
          iops        = try(ebs.value.iops, null)
          throughput  = try(ebs.value.throughput, null)
          volume_size = try(ebs.value.volume_size, null)
          volume_type = try(ebs.value.volume_type, null)
        }
      }
    }
  }

  dynamic "credit_specification" {
    for_each = try(length(var.credit_specification) > 0, false) ? [var.credit_specification] : []
    content {
      cpu_credits = try(credit_specification.value.cpu_credits, null)
    }
  }

  dynamic "instance_market_options" {
    for_each = try(length(var.instance_market_options) > 0, false) ? [var.instance_market_options] : []
    content {
      market_type = try(instance_market_options.value.market_type, null)
    }
  }

  dynamic "monitoring" {
    for_each = local.monitored ? [1] : []
    content {
      enabled = local.monitored
    }
  }

  dynamic "network_interfaces" {
    for_each = var.network_interfaces
    content {
      associate_public_ip_address = try(network_interfaces.value.associate_public_ip_address, null)
    }
  }
}

resource "aws_eks_node_group" "this" {
  count          = var.create ? 1 : 0
  region         = var.region
  cluster_name   = var.cluster_name
  subnet_ids     = var.subnet_ids
  ami_type       = var.ami_id != "" ? null : var.ami_type
  capacity_type  = var.capacity_type
  disk_size      = local.templated ? null : var.disk_size
  instance_types = var.capacity_type == "CAPACITY_BLOCK" ? null : var.instance_types
  labels         = var.labels
  tags           = var.tags

  scaling_config {
    min_size     = var.min_size != null ? var.min_size : local.major >= 21 ? 1 : 0
    max_size     = var.max_size
    desired_size = var.desired_size
  }

  dynamic "launch_template" {
    for_each = local.templated ? [1] : []
    content {
      id = local.template_id
    }
  }

  dynamic "taint" {
    for_each = var.taints
    content {
      key    = try(taint.value.key, null)
      value  = try(taint.value.value, null)
      effect = try(taint.value.effect, null)
    }
  }

  lifecycle {
    ignore_changes = [scaling_config[0].desired_size]
  }
}

resource "aws_autoscaling_schedule" "this" {
  for_each               = { for name, schedule in var.schedules : name => schedule if var.create && var.create_schedule }
  region                 = var.region
  scheduled_action_name  = each.key
  autoscaling_group_name = aws_eks_node_group.this[0].resources[0].autoscaling_groups[0].name
  min_size               = try(each.value.min_size, null)
  max_size               = try(each.value.max_size, null)
  desired_capacity       = try(each.value.desired_size, null)
  start_time             = try(each.value.start_time, null)
  end_time               = try(each.value.end_time, null)
  recurrence             = try(each.value.recurrence, null)
}
