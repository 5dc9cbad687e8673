# terraform-aws-modules/ecs from 5 on: a cluster and its services.

variable "costlint_release" {}
variable "region" { default = null }
variable "tags" { default = {} }
variable "create" { default = true }
variable "cluster_name" { default = "" }
variable "cluster_settings" { default = null }
variable "cluster_setting" { default = null }
variable "default_capacity_provider_use_fargate" { default = true }
variable "fargate_capacity_providers" { default = {} }
variable "autoscaling_capacity_providers" { default = {} }
variable "capacity_providers" { default = {} }
variable "cluster_capacity_providers" { default = [] }
variable "default_capacity_provider_strategy" { default = {} }
variable "create_cloudwatch_log_group" { default = true }
variable "cloudwatch_log_group_retention_in_days" { default = 90 }
variable "cloudwatch_log_group_class" { default = null }
variable "cloudwatch_log_group_name" { default = null }
variable "services" {
  default  = {}
  nullable = false
}

module "cluster" {
  source                                 = "./cluster"
  costlint_release                       = var.costlint_release
  region                                 = var.region
  tags                                   = var.tags
  create                                 = var.create
  cluster_name                           = var.cluster_name
  name                                   = var.cluster_name
  cluster_settings                       = var.cluster_settings
  setting                                = var.cluster_setting
  default_capacity_provider_use_fargate  = var.default_capacity_provider_use_fargate
  fargate_capacity_providers             = var.fargate_capacity_providers
  autoscaling_capacity_providers         = var.autoscaling_capacity_providers
  capacity_providers                     = var.capacity_providers
  cluster_capacity_providers             = var.cluster_capacity_providers
  default_capacity_provider_strategy     = var.default_capacity_provider_strategy
  create_cloudwatch_log_group            = var.create_cloudwatch_log_group
  cloudwatch_log_group_retention_in_days = var.cloudwatch_log_group_retention_in_days
  cloudwatch_log_group_class             = var.cloudwatch_log_group_class
  cloudwatch_log_group_name              = var.cloudwatch_log_group_name
}

module "service" {
  source   = "./service"
  for_each = { for name, service in var.services : name => service if var.create }

  costlint_release               = var.costlint_release
  region                         = var.region
  tags                           = merge(var.tags, try(each.value.tags, {}))
  create                         = try(coalesce(each.value.create), true)
  create_service                 = try(coalesce(each.value.create_service), true)
  create_task_definition         = try(coalesce(each.value.create_task_definition), true)
  ignore_task_definition_changes = try(coalesce(each.value.ignore_task_definition_changes), false)
  name                           = try(coalesce(each.value.name), each.key)
  cluster_arn                    = module.cluster.arn
  desired_count                  = try(coalesce(each.value.desired_count), 1)
  launch_type                    = try(coalesce(each.value.launch_type), "FARGATE")
  scheduling_strategy            = try(each.value.scheduling_strategy, null)
  capacity_provider_strategy     = try(each.value.capacity_provider_strategy, {})
  deployment_controller          = try(each.value.deployment_controller, {})
  task_definition_arn            = try(each.value.task_definition_arn, null)
  cpu                            = try(coalesce(each.value.cpu), 1024)
  memory                         = try(coalesce(each.value.memory), 2048)
  ephemeral_storage              = try(each.value.ephemeral_storage, {})
  requires_compatibilities       = try(coalesce(each.value.requires_compatibilities), ["FARGATE"])
  runtime_platform               = try(each.value.runtime_platform, { operating_system_family = "LINUX", cpu_architecture = "X86_64" })
  container_definitions          = try(each.value.container_definitions, {})
  container_definition_defaults  = try(each.value.container_definition_defaults, {})
  enable_autoscaling             = try(coalesce(each.value.enable_autoscaling), true)
  autoscaling_min_capacity       = try(coalesce(each.value.autoscaling_min_capacity), 1)
  autoscaling_max_capacity       = try(coalesce(each.value.autoscaling_max_capacity), 10)
}

output "autoscaling_capacity_providers" { value = module.cluster.autoscaling_capacity_providers }
output "cluster_id" { value = module.cluster.id }
output "cluster_arn" { value = module.cluster.arn }
output "cluster_name" { value = module.cluster.name }
