# terraform-aws-modules/cloudwatch//modules/metric-alarm

variable "tags" { default = {} }
variable "create_metric_alarm" { default = true }
variable "alarm_name" { default = null }
variable "period" { default = null }
variable "metric_name" { default = null }
variable "namespace" { default = null }
variable "threshold_metric_id" { default = null }
variable "metric_query" {
  default  = []
  nullable = false
}

resource "aws_cloudwatch_metric_alarm" "this" {
  count               = var.create_metric_alarm ? 1 : 0
  alarm_name          = var.alarm_name
  period              = var.period
  metric_name         = var.metric_name
  namespace           = var.namespace
  threshold_metric_id = var.threshold_metric_id
  tags                = var.tags

  dynamic "metric_query" {
    for_each = var.metric_query
    content {
      id          = try(metric_query.value.id, null)
      expression  = try(metric_query.value.expression, null)
      return_data = try(metric_query.value.return_data, null)

      dynamic "metric" {
        for_each = try(metric_query.value.metric, [])
        content {
          metric_name = try(metric.value.metric_name, null)
          namespace   = try(metric.value.namespace, null)
          period      = try(metric.value.period, null)
          stat        = try(metric.value.stat, null)
        }
      }
    }
  }
}
