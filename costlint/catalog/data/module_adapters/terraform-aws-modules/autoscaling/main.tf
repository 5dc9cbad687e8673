# terraform-aws-modules/autoscaling from 6 on: a launch template, the group of its machines, and what scales it.

variable "region" { default = null }
variable "tags" {
  default  = {}
  nullable = false
}
variable "autoscaling_group_tags" {
  default  = {}
  nullable = false
}
variable "create" { default = true }
variable "create_launch_template" { default = true }
variable "create_schedule" { default = true }
variable "create_scaling_policy" { default = true }
variable "ignore_desired_capacity_changes" { default = false }
variable "name" { default = null }
variable "min_size" { default = null }
variable "max_size" { default = null }
variable "desired_capacity" { default = null }
variable "vpc_zone_identifier" { default = null }
variable "availability_zones" { default = null }
variable "instance_type" { default = null }
variable "instance_requirements" { default = {} }
variable "instance_market_options" { default = {} }
variable "use_mixed_instances_policy" { default = false }
variable "mixed_instances_policy" { default = null }
variable "warm_pool" { default = {} }
variable "launch_template" { default = null }
variable "launch_template_id" { default = null }
variable "block_device_mappings" {
  default  = []
  nullable = false
}
variable "credit_specification" { default = {} }
variable "placement" { default = {} }
variable "network_interfaces" {
  default  = []
  nullable = false
}
variable "enable_monitoring" { default = true }
variable "schedules" {
  default  = {}
  nullable = false
}
variable "scaling_policies" {
  default  = {}
  nullable = false
}

locals {
  # 6 calls the template of somebody else launch_template.
  template_id = var.create_launch_template ? try(aws_launch_template.this[0].id, null) : try(coalesce(var.launch_template_id, var.launch_template), null)
  overrides   = try(var.mixed_instances_policy.launch_template.override, var.mixed_instances_policy.override, [])
}

resource "aws_launch_template" "this" {
  count         = var.create_launch_template ? 1 : 0
  region        = var.region
  instance_type = var.instance_type
  tags          = var.tags

  dynamic "block_device_mappings" {
    for_each = var.block_device_mappings
    content {
      device_name = try(block_device_mappings.value.device_name, null)

      dynamic "ebs" {
        for_each = flatten([try(block_device_mappings.value.ebs, [])])
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
    for_each = var.enable_monitoring ? [1] : []
    content {
      enabled = var.enable_monitoring
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
  count               = var.create && !var.ignore_desired_capacity_changes ? 1 : 0
  region              = var.region
  name                = var.name
  min_size            = var.min_size
  max_size            = var.max_size
  desired_capacity    = var.desired_capacity
  vpc_zone_identifier = var.vpc_zone_identifier
  availability_zones  = var.availability_zones

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
    for_each = merge(var.tags, var.autoscaling_group_tags)
    content {
      key                 = tag.key
      value               = tag.value
      propagate_at_launch = true
    }
  }
}

resource "aws_autoscaling_group" "idc" {
  count               = var.create && var.ignore_desired_capacity_changes ? 1 : 0
  region              = var.region
  name                = var.name
  min_size            = var.min_size
  max_size            = var.max_size
  desired_capacity    = var.desired_capacity
  vpc_zone_identifier = var.vpc_zone_identifier
  availability_zones  = var.availability_zones

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
    for_each = merge(var.tags, var.autoscaling_group_tags)
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
  autoscaling_group_name = try(aws_autoscaling_group.this[0].name, aws_autoscaling_group.idc[0].name)
  min_size               = try(each.value.min_size, null)
  max_size               = try(each.value.max_size, null)
  desired_capacity       = try(each.value.desired_capacity, null)
  start_time             = try(each.value.start_time, null)
  end_time               = try(each.value.end_time, null)
  recurrence             = try(each.value.recurrence, null)
}

resource "aws_autoscaling_policy" "this" {
  for_each               = { for name, policy in var.scaling_policies : name => policy if var.create && var.create_scaling_policy }
  region                 = var.region
  name                   = try(each.value.name, each.key)
  autoscaling_group_name = var.ignore_desired_capacity_changes ? aws_autoscaling_group.idc[0].name : aws_autoscaling_group.this[0].name
  policy_type            = try(each.value.policy_type, null)
}

output "autoscaling_group_name" { value = try(aws_autoscaling_group.this[0].name, aws_autoscaling_group.idc[0].name, null) }
output "autoscaling_group_arn" { value = try(aws_autoscaling_group.this[0].arn, aws_autoscaling_group.idc[0].arn, null) }
output "launch_template_id" { value = try(aws_launch_template.this[0].id, null) }
