# terraform-aws-modules/eks//modules/self-managed-node-group from 18 on.

variable "costlint_release" {}
variable "region" { default = null }
variable "tags" {
  default  = {}
  nullable = false
}
variable "create" { default = true }
variable "create_autoscaling_group" { default = true }
variable "cluster_name" { default = "" }
variable "subnet_ids" { default = null }
variable "min_size" { default = null }
variable "max_size" { default = 3 }
variable "desired_size" { default = 1 }
variable "instance_type" { default = null }
variable "instance_requirements" { default = {} }
variable "instance_market_options" { default = {} }
variable "use_mixed_instances_policy" { default = false }
variable "mixed_instances_policy" { default = null }
variable "autoscaling_group_tags" {
  default  = {}
  nullable = false
}
variable "warm_pool" { default = {} }
variable "create_launch_template" { default = true }
variable "launch_template_id" { default = "" }
variable "block_device_mappings" {
  default  = {}
  nullable = false
}
variable "credit_specification" { default = {} }
variable "placement" { default = {} }
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

locals {
  major       = tonumber(split(".", var.costlint_release)[0])
  monitored   = var.enable_monitoring != null ? var.enable_monitoring : local.major < 21
  template_id = var.create && var.create_launch_template ? try(aws_launch_template.this[0].id, null) : var.launch_template_id
  # 21 moved what its launch template chooses from out of the mixed policy's own level.
  overrides = try(var.mixed_instances_policy.launch_template.override, var.mixed_instances_policy.override, [])
}

resource "aws_launch_template" "this" {
  count         = var.create && var.create_launch_template ? 1 : 0
  region        = var.region
  instance_type = var.instance_type != null ? var.instance_type : local.major >= 21 ? "m6i.large" : null
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

  dynamic "instance_requirements" {
    for_each = try(length(var.instance_requirements) > 0, false) ? [var.instance_requirements] : []
    content {
      allowed_instance_types = try(instance_requirements.value.allowed_instance_types, null)
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

  dynamic "placement" {
    for_each = try(length(var.placement) > 0, false) ? [var.placement] : []
    content {
      tenancy = try(placement.value.tenancy, null)
    }
  }
}

resource "aws_autoscaling_group" "this" {
  count               = var.create && var.create_autoscaling_group ? 1 : 0
  region              = var.region
  vpc_zone_identifier = var.subnet_ids
  min_size            = var.min_size != null ? var.min_size : local.major >= 21 ? 1 : 0
  max_size            = var.max_size
  desired_capacity    = var.desired_size

  dynamic "launch_template" {
    for_each = var.use_mixed_instances_policy ? [] : [1]
    content {
      id = local.template_id
    }
  }

  dynamic "mixed_instances_policy" {
    for_each = var.use_mixed_instances_policy ? [var.mixed_instances_policy] : []
    content {
      dynamic "instances_distribution" {
        for_each = try([mixed_instances_policy.value.instances_distribution], [])
        content {
          on_demand_base_capacity                  = try(instances_distribution.value.on_demand_base_capacity, null)
          on_demand_percentage_above_base_capacity = try(instances_distribution.value.on_demand_percentage_above_base_capacity, null)
          spot_max_price                           = try(instances_distribution.value.spot_max_price, null)
        }
      }

      launch_template {
        launch_template_specification {
          launch_template_id = local.template_id
        }

        dynamic "override" {
          for_each = local.overrides
          content {
            instance_type     = try(override.value.instance_type, null)
            weighted_capacity = try(override.value.weighted_capacity, null)
          }
        }
      }
    }
  }

  dynamic "warm_pool" {
    for_each = try(length(var.warm_pool) > 0, false) ? [var.warm_pool] : []
    content {
      max_group_prepared_capacity = try(warm_pool.value.max_group_prepared_capacity, null)
      min_size                    = try(warm_pool.value.min_size, null)
      pool_state                  = try(warm_pool.value.pool_state, null)
    }
  }

  dynamic "tag" {
    for_each = merge({ "kubernetes.io/cluster/${var.cluster_name}" = "owned" }, var.tags, var.autoscaling_group_tags)
    content {
      key                 = tag.key
      value               = tag.value
      propagate_at_launch = true
    }
  }

  lifecycle {
    ignore_changes = [desired_capacity]
  }
}

resource "aws_autoscaling_schedule" "this" {
  for_each               = { for name, schedule in var.schedules : name => schedule if var.create && var.create_schedule }
  region                 = var.region
  scheduled_action_name  = each.key
  autoscaling_group_name = aws_autoscaling_group.this[0].name
  min_size               = try(each.value.min_size, null)
  max_size               = try(each.value.max_size, null)
  desired_capacity       = try(each.value.desired_size, null)
  start_time             = try(each.value.start_time, null)
  end_time               = try(each.value.end_time, null)
  recurrence             = try(each.value.recurrence, null)
}
