# terraform-aws-modules/ecs//modules/cluster from 5 on. 6 renamed what belongs to the cluster (cluster_name → name …) and
# states the strategy of its capacity providers by itself.

variable "costlint_release" {}
variable "region" { default = null }
variable "tags" { default = {} }
variable "create" { default = true }
variable "cluster_name" { default = "" }
variable "name" { default = "" }
variable "cluster_settings" { default = null }
variable "setting" { default = null }
variable "default_capacity_provider_use_fargate" { default = true }
variable "fargate_capacity_providers" {
  default  = {}
  nullable = false
}
variable "autoscaling_capacity_providers" {
  default  = {}
  nullable = false
}
variable "capacity_providers" {
  default  = {}
  nullable = false
}
variable "cluster_capacity_providers" {
  default  = []
  nullable = false
}
variable "default_capacity_provider_strategy" {
  default  = {}
  nullable = false
}
variable "create_cloudwatch_log_group" { default = true }
variable "cloudwatch_log_group_retention_in_days" { default = 90 }
variable "cloudwatch_log_group_class" { default = null }
variable "cloudwatch_log_group_name" { default = null }

locals {
  major    = tonumber(split(".", var.costlint_release)[0])
  name     = local.major >= 6 ? var.name : var.cluster_name
  settings = local.major >= 6 ? var.setting : var.cluster_settings
  watched  = [{ name = "containerInsights", value = "enabled" }]
  strategy = local.major >= 6 ? var.default_capacity_provider_strategy : merge(
    { for name, provider in var.fargate_capacity_providers : name => merge({ name = name }, try(provider.default_capacity_provider_strategy, {})) if var.default_capacity_provider_use_fargate },
    { for name, provider in var.autoscaling_capacity_providers : name => merge({ name = name }, try(provider.default_capacity_provider_strategy, {})) if !var.default_capacity_provider_use_fargate },
  )
  provided = local.major >= 6 ? length(local.strategy) + length(var.cluster_capacity_providers) : length(var.fargate_capacity_providers) + length(var.autoscaling_capacity_providers)
}

resource "aws_ecs_cluster" "this" {
  count  = var.create ? 1 : 0
  region = var.region
  name   = local.name
  tags   = var.tags

  dynamic "setting" {
    for_each = flatten([local.settings != null ? local.settings : local.watched])
    content {
      name  = setting.value.name
      value = setting.value.value
    }
  }
}

resource "aws_cloudwatch_log_group" "this" {
  count             = var.create && var.create_cloudwatch_log_group ? 1 : 0
  region            = var.region
  name              = try(coalesce(var.cloudwatch_log_group_name, "/aws/ecs/${local.name}"), "")
  retention_in_days = var.cloudwatch_log_group_retention_in_days
  log_group_class   = var.cloudwatch_log_group_class
  tags              = var.tags
}

resource "aws_ecs_cluster_capacity_providers" "this" {
  count        = var.create && local.provided > 0 ? 1 : 0
  region       = var.region
  cluster_name = aws_ecs_cluster.this[0].name

  dynamic "default_capacity_provider_strategy" {
    for_each = local.strategy
    iterator = strategy
    content {
      capacity_provider = try(strategy.value.name, strategy.key)
      base              = try(strategy.value.base, null)
      weight            = try(strategy.value.weight, null)
    }
  }
}

resource "aws_ecs_capacity_provider" "this" {
  for_each = { for name, provider in merge(var.autoscaling_capacity_providers, var.capacity_providers) : name => provider if var.create }
  region   = var.region
  name     = try(each.value.name, each.key)

  auto_scaling_group_provider {
    auto_scaling_group_arn = try(each.value.auto_scaling_group_arn, each.value.auto_scaling_group_provider.auto_scaling_group_arn, null)
  }
}

output "autoscaling_capacity_providers" { value = aws_ecs_capacity_provider.this }
output "capacity_providers" { value = aws_ecs_capacity_provider.this }
output "id" { value = try(aws_ecs_cluster.this[0].id, null) }
output "arn" { value = try(aws_ecs_cluster.this[0].arn, null) }
output "name" { value = try(aws_ecs_cluster.this[0].name, null) }
