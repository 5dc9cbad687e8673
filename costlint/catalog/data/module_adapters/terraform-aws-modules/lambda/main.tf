# terraform-aws-modules/lambda from 2 on: a function with its logs; how often it runs is usage.

variable "region" { default = null }
variable "tags" { default = {} }
variable "create" { default = true }
variable "create_function" { default = true }
variable "create_layer" { default = false }
variable "function_name" { default = "" }
variable "memory_size" { default = 128 }
variable "timeout" { default = 3 }
variable "architectures" { default = null }
variable "runtime" { default = "" }
variable "package_type" { default = "Zip" }
variable "ephemeral_storage_size" { default = 512 }
variable "lambda_at_edge" { default = false }
variable "snap_start" { default = false }
variable "reserved_concurrent_executions" { default = -1 }
variable "provisioned_concurrent_executions" { default = -1 }
variable "use_existing_cloudwatch_log_group" { default = false }
variable "cloudwatch_logs_retention_in_days" { default = null }
variable "cloudwatch_logs_log_group_class" { default = null }
variable "logging_log_group" { default = null }

locals {
  function = var.create && var.create_function && !var.create_layer
}

resource "aws_lambda_function" "this" {
  count                          = local.function ? 1 : 0
  region                         = var.region
  function_name                  = var.function_name
  memory_size                    = var.memory_size
  timeout                        = var.lambda_at_edge ? min(var.timeout, 30) : var.timeout
  architectures                  = var.architectures
  runtime                        = var.package_type != "Zip" ? null : var.runtime
  package_type                   = var.package_type
  reserved_concurrent_executions = var.reserved_concurrent_executions
  tags                           = var.tags

  dynamic "ephemeral_storage" {
    for_each = var.ephemeral_storage_size == null ? [] : [1]
    content {
      size = var.ephemeral_storage_size
    }
  }

  dynamic "snap_start" {
    for_each = var.snap_start ? [1] : []
    content {
      apply_on = "PublishedVersions"
    }
  }

  dynamic "logging_config" {
    for_each = var.logging_log_group != null ? [1] : []
    content {
      log_group = var.logging_log_group
    }
  }
}

resource "aws_cloudwatch_log_group" "lambda" {
  count             = local.function && !var.use_existing_cloudwatch_log_group ? 1 : 0
  region            = var.region
  name              = coalesce(var.logging_log_group, "/aws/lambda/${var.lambda_at_edge ? "us-east-1." : ""}${var.function_name}")
  retention_in_days = var.cloudwatch_logs_retention_in_days
  log_group_class   = var.cloudwatch_logs_log_group_class
  tags              = var.tags
}

resource "aws_lambda_provisioned_concurrency_config" "current_version" {
  count                             = local.function && var.provisioned_concurrent_executions > -1 ? 1 : 0
  region                            = var.region
  function_name                     = aws_lambda_function.this[0].function_name
  provisioned_concurrent_executions = var.provisioned_concurrent_executions
}

output "lambda_function_arn" { value = try(aws_lambda_function.this[0].arn, "") }
output "lambda_function_name" { value = try(aws_lambda_function.this[0].function_name, "") }
output "lambda_function_invoke_arn" { value = try(aws_lambda_function.this[0].invoke_arn, "") }
