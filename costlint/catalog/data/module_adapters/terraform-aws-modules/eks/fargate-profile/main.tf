# terraform-aws-modules/eks//modules/fargate-profile: what is billed are the pods that match.

variable "region" { default = null }
variable "tags" { default = {} }
variable "create" { default = true }
variable "cluster_name" { default = null }
variable "selectors" {
  default  = []
  nullable = false
}

resource "aws_eks_fargate_profile" "this" {
  count        = var.create ? 1 : 0
  region       = var.region
  cluster_name = var.cluster_name
  tags         = var.tags

  dynamic "selector" {
    for_each = var.selectors
    content {
      namespace = try(selector.value.namespace, null)
      labels    = try(selector.value.labels, null)
    }
  }
}
