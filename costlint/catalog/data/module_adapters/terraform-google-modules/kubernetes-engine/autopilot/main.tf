# terraform-google-modules/kubernetes-engine//modules/beta-autopilot-*: the cluster; what runs in it is billed by pod.

variable "project_id" { default = null }
variable "name" { default = null }
variable "region" { default = null }
variable "regional" { default = true }
variable "zones" {
  default  = []
  nullable = false
}
variable "deletion_protection" { default = null }
variable "cluster_resource_labels" { default = {} }

resource "google_container_cluster" "primary" {
  project             = var.project_id
  name                = var.name
  location            = var.regional ? var.region : var.zones[0]
  enable_autopilot    = true
  deletion_protection = var.deletion_protection
  resource_labels     = var.cluster_resource_labels
}

output "name" { value = google_container_cluster.primary.name }
output "cluster_id" { value = google_container_cluster.primary.id }
