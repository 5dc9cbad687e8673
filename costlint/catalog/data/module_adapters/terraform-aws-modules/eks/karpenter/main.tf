# terraform-aws-modules/eks//modules/karpenter: roles, and a queue that tells Karpenter which spot nodes go. The nodes
# Karpenter starts are not declared here.

variable "region" { default = null }
variable "tags" { default = {} }
variable "create" { default = true }
variable "enable_spot_termination" { default = true }
variable "queue_name" { default = null }

resource "aws_sqs_queue" "this" {
  count  = var.create && var.enable_spot_termination ? 1 : 0
  region = var.region
  name   = var.queue_name
  tags   = var.tags
}

output "queue_name" { value = try(aws_sqs_queue.this[0].name, null) }
output "queue_arn" { value = try(aws_sqs_queue.this[0].arn, null) }
