# terraform-aws-modules/cloudwatch//modules/log-group

variable "tags" { default = {} }
variable "create" { default = true }
variable "name" { default = null }
variable "name_prefix" { default = null }
variable "retention_in_days" { default = null }
variable "log_group_class" { default = null }

resource "aws_cloudwatch_log_group" "this" {
  count             = var.create ? 1 : 0
  name              = var.name
  retention_in_days = var.retention_in_days
  log_group_class   = var.log_group_class
  tags              = var.tags
}

output "cloudwatch_log_group_name" { value = try(aws_cloudwatch_log_group.this[0].name, "") }
output "cloudwatch_log_group_arn" { value = try(aws_cloudwatch_log_group.this[0].arn, "") }
