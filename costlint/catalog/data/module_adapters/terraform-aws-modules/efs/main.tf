# terraform-aws-modules/efs: a file system; what it holds is usage.

variable "region" { default = null }
variable "tags" { default = {} }
variable "create" { default = true }
variable "name" { default = "" }
variable "availability_zone_name" { default = null }
variable "performance_mode" { default = null }
variable "throughput_mode" { default = null }
variable "provisioned_throughput_in_mibps" { default = null }
variable "lifecycle_policy" {
  default  = {}
  nullable = false
}
variable "create_backup_policy" { default = true }
variable "enable_backup_policy" { default = true }
variable "create_replication_configuration" { default = false }
variable "replication_configuration_destination" { default = {} }

resource "aws_efs_file_system" "this" {
  count                           = var.create ? 1 : 0
  region                          = var.region
  availability_zone_name          = var.availability_zone_name
  performance_mode                = var.performance_mode
  throughput_mode                 = var.throughput_mode
  provisioned_throughput_in_mibps = var.provisioned_throughput_in_mibps
  tags                            = var.tags

  dynamic "lifecycle_policy" {
    for_each = { for name, after in var.lifecycle_policy : name => after if after != null }
    content {
      transition_to_ia                    = lifecycle_policy.key == "transition_to_ia" ? lifecycle_policy.value : null
      transition_to_archive               = lifecycle_policy.key == "transition_to_archive" ? lifecycle_policy.value : null
      transition_to_primary_storage_class = lifecycle_policy.key == "transition_to_primary_storage_class" ? lifecycle_policy.value : null
    }
  }
}

resource "aws_efs_backup_policy" "this" {
  count          = var.create && var.create_backup_policy ? 1 : 0
  region         = var.region
  file_system_id = aws_efs_file_system.this[0].id

  backup_policy {
    status = var.enable_backup_policy ? "ENABLED" : "DISABLED"
  }
}

resource "aws_efs_replication_configuration" "this" {
  count                 = var.create && var.create_replication_configuration ? 1 : 0
  region                = var.region
  source_file_system_id = aws_efs_file_system.this[0].id

  dynamic "destination" {
    for_each = [var.replication_configuration_destination]
    content {
      availability_zone_name = try(destination.value.availability_zone_name, null)
      region                 = try(destination.value.region, null)
    }
  }
}

output "id" { value = try(aws_efs_file_system.this[0].id, null) }
output "arn" { value = try(aws_efs_file_system.this[0].arn, null) }
