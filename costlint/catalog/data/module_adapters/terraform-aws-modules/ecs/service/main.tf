# terraform-aws-modules/ecs//modules/service from 5 on: on Fargate, one task of 1 vCPU and 2 GB, up to ten, unless told
# otherwise.

variable "costlint_release" {}
variable "region" { default = null }
variable "tags" { default = {} }
variable "create" { default = true }
variable "create_service" { default = true }
variable "create_task_definition" { default = true }
variable "ignore_task_definition_changes" { default = false }
variable "name" { default = null }
variable "cluster_arn" { default = "" }
variable "desired_count" { default = 1 }
variable "launch_type" { default = "FARGATE" }
variable "scheduling_strategy" { default = null }
variable "capacity_provider_strategy" {
  default  = {}
  nullable = false
}
variable "deployment_controller" { default = {} }
variable "task_definition_arn" { default = null }
variable "cpu" { default = 1024 }
variable "memory" { default = 2048 }
variable "ephemeral_storage" { default = {} }
variable "requires_compatibilities" { default = ["FARGATE"] }
variable "runtime_platform" { default = { operating_system_family = "LINUX", cpu_architecture = "X86_64" } }
variable "container_definitions" {
  default  = {}
  nullable = false
}
variable "container_definition_defaults" {
  default  = {}
  nullable = false
}
variable "enable_autoscaling" { default = true }
variable "autoscaling_min_capacity" { default = 1 }
variable "autoscaling_max_capacity" { default = 10 }

locals {
  daemon     = var.scheduling_strategy == "DAEMON"
  external   = try(var.deployment_controller.type, null) == "EXTERNAL"
  chosen     = length(var.capacity_provider_strategy) > 0
  autoscaled = var.create && var.create_service && var.enable_autoscaling && !local.daemon
}

resource "aws_ecs_service" "this" {
  count               = var.create && var.create_service && !var.ignore_task_definition_changes ? 1 : 0
  region              = var.region
  name                = var.name
  cluster             = var.cluster_arn
  desired_count       = local.daemon || local.external ? null : var.desired_count
  launch_type         = local.external || local.chosen ? null : var.launch_type
  scheduling_strategy = var.scheduling_strategy
  task_definition     = var.create_task_definition ? try(aws_ecs_task_definition.this[0].arn, null) : var.task_definition_arn
  tags                = var.tags

  dynamic "capacity_provider_strategy" {
    for_each = local.external ? {} : var.capacity_provider_strategy
    content {
      capacity_provider = try(capacity_provider_strategy.value.capacity_provider, null)
      base              = try(capacity_provider_strategy.value.base, null)
      weight            = try(capacity_provider_strategy.value.weight, null)
    }
  }

  lifecycle {
    ignore_changes = [desired_count]
  }
}

resource "aws_ecs_service" "ignore_task_definition" {
  count               = var.create && var.create_service && var.ignore_task_definition_changes ? 1 : 0
  region              = var.region
  name                = var.name
  cluster             = var.cluster_arn
  desired_count       = local.daemon || local.external ? null : var.desired_count
  launch_type         = local.external || local.chosen ? null : var.launch_type
  scheduling_strategy = var.scheduling_strategy
  task_definition     = var.create_task_definition ? try(aws_ecs_task_definition.this[0].arn, null) : var.task_definition_arn
  tags                = var.tags

  dynamic "capacity_provider_strategy" {
    for_each = local.external ? {} : var.capacity_provider_strategy
    content {
      capacity_provider = try(capacity_provider_strategy.value.capacity_provider, null)
      base              = try(capacity_provider_strategy.value.base, null)
      weight            = try(capacity_provider_strategy.value.weight, null)
    }
  }

  lifecycle {
    ignore_changes = [desired_count, task_definition, load_balancer]
  }
}

resource "aws_ecs_task_definition" "this" {
  count                    = var.create && var.create_task_definition ? 1 : 0
  region                   = var.region
  family                   = var.name
  cpu                      = var.cpu
  memory                   = var.memory
  requires_compatibilities = var.requires_compatibilities
  tags                     = var.tags

  dynamic "ephemeral_storage" {
    for_each = try(length(var.ephemeral_storage) > 0, false) ? [var.ephemeral_storage] : []
    content {
      size_in_gib = try(ephemeral_storage.value.size_in_gib, null)
    }
  }

  dynamic "runtime_platform" {
    for_each = try(length(var.runtime_platform) > 0, false) ? [var.runtime_platform] : []
    content {
      cpu_architecture        = try(runtime_platform.value.cpu_architecture, "X86_64")
      operating_system_family = try(runtime_platform.value.operating_system_family, "LINUX")
    }
  }
}

module "container_definition" {
  source   = "../container-definition"
  for_each = { for name, container in var.container_definitions : name => container if var.create && var.create_task_definition && try(container.create, true) }

  costlint_release                       = var.costlint_release
  region                                 = var.region
  tags                                   = var.tags
  name                                   = try(each.value.name, each.key)
  service                                = var.name
  enable_cloudwatch_logging              = try(coalesce(each.value.enable_cloudwatch_logging), var.container_definition_defaults.enable_cloudwatch_logging, true)
  create_cloudwatch_log_group            = try(coalesce(each.value.create_cloudwatch_log_group), var.container_definition_defaults.create_cloudwatch_log_group, true)
  cloudwatch_log_group_name              = try(each.value.cloudwatch_log_group_name, var.container_definition_defaults.cloudwatch_log_group_name, null)
  cloudwatch_log_group_retention_in_days = try(each.value.cloudwatch_log_group_retention_in_days, var.container_definition_defaults.cloudwatch_log_group_retention_in_days, 14)
}

resource "aws_appautoscaling_target" "this" {
  count              = local.autoscaled ? 1 : 0
  region             = var.region
  min_capacity       = min(var.autoscaling_min_capacity, var.desired_count)
  max_capacity       = max(var.autoscaling_max_capacity, var.desired_count)
  resource_id        = "service/${element(split("/", var.cluster_arn), 1)}/${try(aws_ecs_service.this[0].name, aws_ecs_service.ignore_task_definition[0].name)}"
  scalable_dimension = "ecs:service:DesiredCount"
  service_namespace  = "ecs"
}

output "id" { value = try(aws_ecs_service.this[0].id, aws_ecs_service.ignore_task_definition[0].id, null) }
output "name" { value = try(aws_ecs_service.this[0].name, aws_ecs_service.ignore_task_definition[0].name, null) }
output "task_definition_arn" { value = try(aws_ecs_task_definition.this[0].arn, null) }
