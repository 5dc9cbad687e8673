# terraform-aws-modules/alb from 5 on: one load balancer of any type; listeners and target groups are free.

variable "costlint_release" {}
variable "region" { default = null }
variable "tags" { default = {} }
variable "create" { default = true }
variable "create_lb" { default = true }
variable "name" { default = null }
variable "internal" { default = null }
variable "load_balancer_type" { default = "application" }
variable "subnets" { default = null }
variable "subnet_mapping" {
  default  = []
  nullable = false
}
variable "enable_cross_zone_load_balancing" { default = null }
variable "enable_deletion_protection" { default = null }
variable "minimum_load_balancer_capacity" { default = null }

locals {
  major = tonumber(split(".", var.costlint_release)[0])
  # From 9 on traffic crosses zones, and load balancers are protected, unless told otherwise.
  crossing  = var.enable_cross_zone_load_balancing != null ? var.enable_cross_zone_load_balancing : local.major >= 9
  protected = var.enable_deletion_protection != null ? var.enable_deletion_protection : local.major >= 9
}

resource "aws_lb" "this" {
  count                            = var.create && var.create_lb ? 1 : 0
  region                           = var.region
  name                             = var.name
  internal                         = var.internal
  load_balancer_type               = var.load_balancer_type
  subnets                          = var.subnets
  enable_cross_zone_load_balancing = local.crossing
  enable_deletion_protection       = local.protected
  tags                             = var.tags

  dynamic "subnet_mapping" {
    for_each = var.subnet_mapping
    content {
      allocation_id = try(subnet_mapping.value.allocation_id, null)
      subnet_id     = try(subnet_mapping.value.subnet_id, null)
    }
  }

  dynamic "minimum_load_balancer_capacity" {
    for_each = try(length(var.minimum_load_balancer_capacity) > 0, false) ? [var.minimum_load_balancer_capacity] : []
    content {
      capacity_units = try(minimum_load_balancer_capacity.value.capacity_units, null)
    }
  }
}

output "id" { value = try(aws_lb.this[0].id, null) }
output "arn" { value = try(aws_lb.this[0].arn, null) }
output "lb_id" { value = try(aws_lb.this[0].id, "") }
output "lb_arn" { value = try(aws_lb.this[0].arn, "") }
output "dns_name" { value = try(aws_lb.this[0].dns_name, null) }
output "lb_dns_name" { value = try(aws_lb.this[0].dns_name, "") }
