# terraform-aws-modules/ecr: a repository of images; what it holds is usage.

variable "region" { default = null }
variable "tags" { default = {} }
variable "create" { default = true }
variable "create_repository" { default = true }
variable "repository_type" { default = "private" }
variable "repository_name" { default = "" }
variable "create_lifecycle_policy" { default = true }
variable "repository_lifecycle_policy" { default = "" }

resource "aws_ecr_repository" "this" {
  count  = var.create && var.create_repository && var.repository_type == "private" ? 1 : 0
  region = var.region
  name   = var.repository_name
  tags   = var.tags
}

resource "aws_ecr_lifecycle_policy" "this" {
  count      = var.create && var.repository_type == "private" && var.create_lifecycle_policy ? 1 : 0
  region     = var.region
  repository = var.create_repository ? aws_ecr_repository.this[0].name : var.repository_name
  policy     = var.repository_lifecycle_policy
}

resource "aws_ecrpublic_repository" "this" {
  count           = var.create && var.create_repository && var.repository_type == "public" ? 1 : 0
  repository_name = var.repository_name
  tags            = var.tags
}

output "repository_arn" { value = try(aws_ecr_repository.this[0].arn, aws_ecrpublic_repository.this[0].arn, null) }
output "repository_url" { value = try(aws_ecr_repository.this[0].repository_url, aws_ecrpublic_repository.this[0].repository_uri, null) }
output "repository_name" { value = try(aws_ecr_repository.this[0].name, aws_ecrpublic_repository.this[0].id, null) }
