# aws-ia/eks-blueprints-addons: charts, and the logs and queues some of them need. What a chart makes the cluster run is
# in the chart.

variable "tags" { default = {} }
variable "cluster_name" { default = "" }
variable "create_kubernetes_resources" { default = true }
variable "helm_releases" {
  default  = {}
  nullable = false
}
variable "aws_for_fluentbit_cw_log_group" { default = {} }
variable "fargate_fluentbit_cw_log_group" { default = {} }
variable "enable_fargate_fluentbit" { default = false }
variable "karpenter_enable_spot_termination" { default = true }
variable "enable_argo_rollouts" { default = false }
variable "enable_argo_workflows" { default = false }
variable "enable_argocd" { default = false }
variable "enable_argo_events" { default = false }
variable "enable_aws_cloudwatch_metrics" { default = false }
variable "enable_aws_efs_csi_driver" { default = false }
variable "enable_aws_for_fluentbit" { default = false }
variable "enable_aws_fsx_csi_driver" { default = false }
variable "enable_aws_load_balancer_controller" { default = false }
variable "enable_aws_node_termination_handler" { default = false }
variable "enable_aws_privateca_issuer" { default = false }
variable "enable_cert_manager" { default = false }
variable "enable_cluster_autoscaler" { default = false }
variable "enable_cluster_proportional_autoscaler" { default = false }
variable "enable_external_dns" { default = false }
variable "enable_external_secrets" { default = false }
variable "enable_gatekeeper" { default = false }
variable "enable_ingress_nginx" { default = false }
variable "enable_karpenter" { default = false }
variable "enable_kube_prometheus_stack" { default = false }
variable "enable_metrics_server" { default = false }
variable "enable_secrets_store_csi_driver" { default = false }
variable "enable_secrets_store_csi_driver_provider_aws" { default = false }
variable "enable_velero" { default = false }
variable "enable_vpa" { default = false }
variable "enable_aws_gateway_api_controller" { default = false }
variable "enable_bottlerocket_update_operator" { default = false }

locals {
  enabled = {
    argo-rollouts = var.enable_argo_rollouts
    argo-workflows = var.enable_argo_workflows
    argocd = var.enable_argocd
    argo-events = var.enable_argo_events
    aws-cloudwatch-metrics = var.enable_aws_cloudwatch_metrics
    aws-efs-csi-driver = var.enable_aws_efs_csi_driver
    aws-for-fluentbit = var.enable_aws_for_fluentbit
    aws-fsx-csi-driver = var.enable_aws_fsx_csi_driver
    aws-load-balancer-controller = var.enable_aws_load_balancer_controller
    aws-node-termination-handler = var.enable_aws_node_termination_handler
    aws-privateca-issuer = var.enable_aws_privateca_issuer
    cert-manager = var.enable_cert_manager
    cluster-autoscaler = var.enable_cluster_autoscaler
    cluster-proportional-autoscaler = var.enable_cluster_proportional_autoscaler
    external-dns = var.enable_external_dns
    external-secrets = var.enable_external_secrets
    gatekeeper = var.enable_gatekeeper
    ingress-nginx = var.enable_ingress_nginx
    karpenter = var.enable_karpenter
    kube-prometheus-stack = var.enable_kube_prometheus_stack
    metrics-server = var.enable_metrics_server
    secrets-store-csi-driver = var.enable_secrets_store_csi_driver
    secrets-store-csi-driver-provider-aws = var.enable_secrets_store_csi_driver_provider_aws
    velero = var.enable_velero
    vpa = var.enable_vpa
    aws-gateway-api-controller = var.enable_aws_gateway_api_controller
    bottlerocket-update-operator = var.enable_bottlerocket_update_operator
  }
}

resource "helm_release" "addon" {
  for_each = { for name, wanted in local.enabled : name => wanted if wanted && var.create_kubernetes_resources }
  name     = each.key
}

resource "helm_release" "this" {
  for_each = { for name, release in var.helm_releases : name => release if try(release.create, true) }
  name     = try(each.value.name, each.key)
  chart    = try(each.value.chart, null)
}

resource "aws_cloudwatch_log_group" "aws_for_fluentbit" {
  count             = var.enable_aws_for_fluentbit && try(var.aws_for_fluentbit_cw_log_group.create, true) ? 1 : 0
  retention_in_days = try(var.aws_for_fluentbit_cw_log_group.retention, 90)
  tags              = var.tags
}

resource "aws_cloudwatch_log_group" "fargate_fluentbit" {
  count             = var.enable_fargate_fluentbit && try(var.fargate_fluentbit_cw_log_group.create, true) ? 1 : 0
  retention_in_days = try(var.fargate_fluentbit_cw_log_group.retention, 90)
  tags              = var.tags
}

resource "aws_sqs_queue" "karpenter" {
  count = var.enable_karpenter && var.karpenter_enable_spot_termination ? 1 : 0
  tags  = var.tags
}

resource "aws_sqs_queue" "aws_node_termination_handler" {
  count = var.enable_aws_node_termination_handler ? 1 : 0
  tags  = var.tags
}
