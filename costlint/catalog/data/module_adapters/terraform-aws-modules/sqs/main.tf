# terraform-aws-modules/sqs from 4 on: a queue, and one for what failed.

variable "region" { default = null }
variable "tags" { default = {} }
variable "create" { default = true }
variable "create_dlq" { default = false }
variable "name" { default = null }
variable "fifo_queue" { default = false }

resource "aws_sqs_queue" "this" {
  count      = var.create ? 1 : 0
  region     = var.region
  name       = var.name
  fifo_queue = var.fifo_queue ? true : null
  tags       = var.tags
}

resource "aws_sqs_queue" "dlq" {
  count      = var.create && var.create_dlq ? 1 : 0
  region     = var.region
  fifo_queue = var.fifo_queue ? true : null
  tags       = var.tags
}

output "queue_arn" { value = try(aws_sqs_queue.this[0].arn, null) }
output "queue_id" { value = try(aws_sqs_queue.this[0].id, null) }
output "queue_url" { value = try(aws_sqs_queue.this[0].url, null) }
output "queue_name" { value = try(aws_sqs_queue.this[0].name, null) }
