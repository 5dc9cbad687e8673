# terraform-aws-modules/kms: one key; grants and aliases are free.

variable "region" { default = null }
variable "tags" { default = {} }
variable "create" { default = true }
variable "create_external" { default = false }
variable "create_replica" { default = false }
variable "create_replica_external" { default = false }
variable "multi_region" { default = false }
variable "enable_key_rotation" { default = true }
variable "is_enabled" { default = null }
variable "key_spec" { default = null }
variable "customer_master_key_spec" { default = null }

resource "aws_kms_key" "this" {
  count                    = var.create && !var.create_external && !var.create_replica && !var.create_replica_external ? 1 : 0
  region                   = var.region
  customer_master_key_spec = try(coalesce(var.key_spec, var.customer_master_key_spec), null)
  enable_key_rotation      = var.enable_key_rotation
  is_enabled               = var.is_enabled
  multi_region             = var.multi_region
  tags                     = var.tags
}

resource "aws_kms_external_key" "this" {
  count        = var.create && var.create_external && !var.create_replica && !var.create_replica_external ? 1 : 0
  region       = var.region
  multi_region = var.multi_region
  tags         = var.tags
}

resource "aws_kms_replica_key" "this" {
  count  = var.create && var.create_replica && !var.create_external && !var.create_replica_external ? 1 : 0
  region = var.region
  tags   = var.tags
}

resource "aws_kms_replica_external_key" "this" {
  count  = var.create && !var.create_replica && !var.create_external && var.create_replica_external ? 1 : 0
  region = var.region
  tags   = var.tags
}

output "key_arn" { value = try(aws_kms_key.this[0].arn, aws_kms_external_key.this[0].arn, aws_kms_replica_key.this[0].arn, null) }
output "key_id" { value = try(aws_kms_key.this[0].key_id, aws_kms_external_key.this[0].id, aws_kms_replica_key.this[0].key_id, null) }
