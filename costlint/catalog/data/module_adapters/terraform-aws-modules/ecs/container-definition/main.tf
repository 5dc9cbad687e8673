# terraform-aws-modules/ecs//modules/container-definition from 5 on: what a container writes.

variable "costlint_release" {}
variable "region" { default = null }
variable "tags" { default = {} }
variable "create" { default = true }
variable "name" { default = null }
variable "service" { default = null }
variable "enable_cloudwatch_logging" { default = true }
variable "create_cloudwatch_log_group" { default = true }
variable "cloudwatch_log_group_name" { default = null }
variable "cloudwatch_log_group_use_name_prefix" { default = false }
variable "cloudwatch_log_group_retention_in_days" { default = null }
variable "cloudwatch_log_group_class" { default = null }

locals {
  major = tonumber(split(".", var.costlint_release)[0])
  kept  = local.major >= 6 ? 14 : 30
}

resource "aws_cloudwatch_log_group" "this" {
  count             = var.create_cloudwatch_log_group && var.enable_cloudwatch_logging ? 1 : 0
  region            = var.region
  name              = var.cloudwatch_log_group_use_name_prefix ? null : try(coalesce(var.cloudwatch_log_group_name, "/aws/ecs/${var.service}/${var.name}"), null)
  retention_in_days = var.cloudwatch_log_group_retention_in_days != null ? var.cloudwatch_log_group_retention_in_days : local.kept
  log_group_class   = var.cloudwatch_log_group_class
  tags              = var.tags
}
