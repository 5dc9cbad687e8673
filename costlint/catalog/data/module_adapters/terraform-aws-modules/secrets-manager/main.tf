# terraform-aws-modules/secrets-manager: one secret, and its copies in other regions.

variable "region" { default = null }
variable "tags" { default = {} }
variable "create" { default = true }
variable "name" { default = null }
variable "replica" {
  default  = {}
  nullable = false
}

resource "aws_secretsmanager_secret" "this" {
  count  = var.create ? 1 : 0
  region = var.region
  name   = var.name
  tags   = var.tags

  dynamic "replica" {
    for_each = var.replica
    content {
      region = try(replica.value.region, replica.key)
    }
  }
}

output "secret_arn" { value = try(aws_secretsmanager_secret.this[0].arn, null) }
output "secret_id" { value = try(aws_secretsmanager_secret.this[0].id, null) }
output "secret_name" { value = try(aws_secretsmanager_secret.this[0].name, null) }
