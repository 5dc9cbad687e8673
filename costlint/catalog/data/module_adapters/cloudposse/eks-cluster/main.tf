# cloudposse/eks-cluster from 2 on: the control plane, its key and its logs.

variable "enabled" { default = null }
variable "context" { default = null }
variable "name" { default = null }
variable "region" { default = null }
variable "tags" { default = {} }
variable "subnet_ids" { default = null }
variable "kubernetes_version" { default = null }
variable "upgrade_policy" { default = null }
variable "enabled_cluster_log_types" {
  default  = []
  nullable = false
}
variable "cluster_log_retention_period" { default = 0 }
variable "cloudwatch_log_group_class" { default = null }
variable "cluster_encryption_config_enabled" { default = true }
variable "cluster_encryption_config_kms_key_id" { default = "" }

locals {
  enabled = coalesce(var.enabled, try(var.context.enabled, null), true)
}

resource "aws_eks_cluster" "default" {
  count                     = local.enabled ? 1 : 0
  name                      = var.name
  version                   = var.kubernetes_version
  enabled_cluster_log_types = var.enabled_cluster_log_types
  tags                      = var.tags

  vpc_config {
    subnet_ids = var.subnet_ids
  }

  dynamic "upgrade_policy" {
    for_each = var.upgrade_policy != null ? [var.upgrade_policy] : []
    content {
      support_type = try(upgrade_policy.value.support_type, null)
    }
  }
}

resource "aws_cloudwatch_log_group" "default" {
  count             = local.enabled && length(var.enabled_cluster_log_types) > 0 ? 1 : 0
  name              = "/aws/eks/${coalesce(var.name, "?")}/cluster"
  retention_in_days = var.cluster_log_retention_period
  log_group_class   = var.cloudwatch_log_group_class
  tags              = var.tags
}

resource "aws_kms_key" "cluster" {
  count = local.enabled && var.cluster_encryption_config_enabled && var.cluster_encryption_config_kms_key_id == "" ? 1 : 0
  tags  = var.tags
}

output "eks_cluster_id" { value = try(aws_eks_cluster.default[0].id, null) }
output "eks_cluster_arn" { value = try(aws_eks_cluster.default[0].arn, null) }
