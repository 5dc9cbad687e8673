# terraform-aws-modules/sns from 5 on: a topic and who is subscribed to it.

variable "region" { default = null }
variable "tags" { default = {} }
variable "create" { default = true }
variable "name" { default = null }
variable "fifo_topic" { default = false }
variable "create_subscription" { default = true }
variable "subscriptions" {
  default  = {}
  nullable = false
}

resource "aws_sns_topic" "this" {
  count      = var.create ? 1 : 0
  region     = var.region
  name       = var.name
  fifo_topic = var.fifo_topic
  tags       = var.tags
}

resource "aws_sns_topic_subscription" "this" {
  for_each  = { for name, subscription in var.subscriptions : name => subscription if var.create && var.create_subscription }
  region    = var.region
  topic_arn = aws_sns_topic.this[0].arn
  protocol  = try(each.value.protocol, null)
  endpoint  = try(each.value.endpoint, null)
}

output "topic_arn" { value = try(aws_sns_topic.this[0].arn, null) }
output "topic_id" { value = try(aws_sns_topic.this[0].id, null) }
output "topic_name" { value = try(aws_sns_topic.this[0].name, null) }
