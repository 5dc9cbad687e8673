# terraform-google-modules/cloud-nat: a gateway, on a router of its own if asked for.

variable "project_id" { default = null }
variable "region" { default = null }
variable "router" { default = null }
variable "create_router" { default = false }
variable "network" { default = "" }
variable "name" { default = "" }
variable "nat_ips" {
  default  = []
  nullable = false
}
variable "source_subnetwork_ip_ranges_to_nat" { default = "ALL_SUBNETWORKS_ALL_IP_RANGES" }

resource "google_compute_router" "router" {
  count   = var.create_router ? 1 : 0
  project = var.project_id
  region  = var.region
  name    = var.router
  network = var.network
}

resource "google_compute_router_nat" "main" {
  project                            = var.project_id
  region                             = var.region
  name                               = var.name
  router                             = var.create_router ? google_compute_router.router[0].name : var.router
  nat_ip_allocate_option             = length(var.nat_ips) > 0 ? "MANUAL_ONLY" : "AUTO_ONLY"
  nat_ips                            = var.nat_ips
  source_subnetwork_ip_ranges_to_nat = var.source_subnetwork_ip_ranges_to_nat
}

output "name" { value = google_compute_router_nat.main.name }
