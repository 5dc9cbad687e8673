# terraform-aws-modules/vpc//modules/vpc-endpoints: one endpoint for each member of `endpoints`; gateways are free.

variable "create" { default = true }
variable "region" { default = null }
variable "tags" { default = {} }
variable "endpoints" { default = {} }
variable "vpc_id" { default = null }
variable "subnet_ids" { default = [] }

data "aws_vpc_endpoint_service" "this" {
  for_each = { for name, endpoint in var.endpoints : name => endpoint if var.create && try(endpoint.create, true) }
  service  = try(each.value.service, null)
}

resource "aws_vpc_endpoint" "this" {
  for_each          = { for name, endpoint in var.endpoints : name => endpoint if var.create && try(endpoint.create, true) }
  region            = try(each.value.service_region, var.region)
  vpc_id            = var.vpc_id
  service_name      = try(each.value.service_endpoint, each.value.service_name, data.aws_vpc_endpoint_service.this[each.key].service_name)
  vpc_endpoint_type = try(each.value.service_type, "Interface")
  subnet_ids        = try(each.value.service_type, "Interface") != "Interface" ? null : length(lookup(each.value, "subnet_ids", [])) == 0 ? var.subnet_ids : distinct(concat(var.subnet_ids, each.value.subnet_ids))
  tags              = merge(var.tags, try(each.value.tags, {}))

  dynamic "subnet_configuration" {
    for_each = try(each.value.subnet_configurations, [])
    content {
      subnet_id = try(subnet_configuration.value.subnet_id, null)
    }
  }
}

output "endpoints" { value = aws_vpc_endpoint.this }
