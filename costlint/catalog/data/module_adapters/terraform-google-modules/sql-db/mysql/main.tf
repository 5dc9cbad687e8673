# terraform-google-modules/sql-db//modules/mysql from 8 on: an instance and its read replicas.

variable "project_id" { default = null }
variable "name" { default = null }
variable "database_version" { default = null }
variable "region" { default = "us-central1" }
variable "zone" { default = null }
variable "tier" { default = "db-n1-standard-1" }
variable "edition" { default = null }
variable "activation_policy" { default = "ALWAYS" }
variable "availability_type" { default = "REGIONAL" }
variable "disk_size" { default = 10 }
variable "disk_type" { default = "PD_SSD" }
variable "disk_autoresize" { default = true }
variable "pricing_plan" { default = "PER_USE" }
variable "data_cache_enabled" { default = false }
variable "backup_configuration" { default = {} }
variable "read_replicas" {
  default  = []
  nullable = false
}
variable "user_labels" { default = {} }
variable "deletion_protection" { default = true }

resource "google_sql_database_instance" "default" {
  project             = var.project_id
  name                = var.name
  region              = var.region
  database_version    = var.database_version
  deletion_protection = var.deletion_protection

  settings {
    tier              = var.tier
    edition           = var.edition
    activation_policy = var.activation_policy
    availability_type = var.availability_type
    disk_size         = var.disk_size
    disk_type         = var.disk_type
    disk_autoresize   = var.disk_autoresize
    pricing_plan      = var.pricing_plan
    user_labels       = var.user_labels

    dynamic "backup_configuration" {
      for_each = [var.backup_configuration]
      content {
        enabled                        = var.availability_type == "REGIONAL" ? true : try(backup_configuration.value.enabled, null)
        point_in_time_recovery_enabled = try(backup_configuration.value.point_in_time_recovery_enabled, null)
      }
    }
  }
}

resource "google_sql_database_instance" "replicas" {
  for_each             = { for replica in var.read_replicas : replica.name => replica }
  project              = var.project_id
  name                 = try(coalesce(each.value.name_override), "${coalesce(var.name, "?")}-replica${each.key}")
  region               = join("-", slice(split("-", try(coalesce(each.value.zone), coalesce(var.zone), "${var.region}-a")), 0, 2))
  database_version     = var.database_version
  master_instance_name = google_sql_database_instance.default.name

  settings {
    tier              = try(coalesce(each.value.tier), var.tier)
    edition           = try(coalesce(each.value.edition), var.edition)
    activation_policy = "ALWAYS"
    availability_type = try(coalesce(each.value.availability_type), var.availability_type)
    disk_size         = try(coalesce(each.value.disk_size), var.disk_size)
    disk_type         = try(coalesce(each.value.disk_type), var.disk_type)
    disk_autoresize   = try(coalesce(each.value.disk_autoresize), var.disk_autoresize)
    pricing_plan      = var.pricing_plan
  }
}

output "instance_name" { value = google_sql_database_instance.default.name }
output "instance_connection_name" { value = google_sql_database_instance.default.connection_name }
