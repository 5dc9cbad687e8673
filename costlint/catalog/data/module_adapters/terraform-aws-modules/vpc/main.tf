# terraform-aws-modules/vpc: what is billed are NAT gateways with their addresses, VPN gateways' traffic and flow logs.
# Subnets are here because everything else counts them.

variable "costlint_release" {}
variable "region" { default = null }
variable "tags" { default = {} }
variable "azs" { default = [] }
variable "instance_tenancy" { default = null }
variable "cidr" { default = null }
variable "create_vpc" { default = true }
variable "public_subnets" { default = [] }
variable "private_subnets" { default = [] }
variable "database_subnets" { default = [] }
variable "elasticache_subnets" { default = [] }
variable "redshift_subnets" { default = [] }
variable "intra_subnets" { default = [] }
variable "public_subnet_ipv6_prefixes" { default = [] }
variable "private_subnet_ipv6_prefixes" { default = [] }
variable "database_subnet_ipv6_prefixes" { default = [] }
variable "elasticache_subnet_ipv6_prefixes" { default = [] }
variable "redshift_subnet_ipv6_prefixes" { default = [] }
variable "intra_subnet_ipv6_prefixes" { default = [] }
variable "map_public_ip_on_launch" { default = null }
variable "enable_nat_gateway" { default = false }
variable "single_nat_gateway" { default = false }
variable "one_nat_gateway_per_az" { default = false }
variable "reuse_nat_ips" { default = false }
variable "external_nat_ip_ids" { default = [] }
variable "enable_flow_log" { default = false }
variable "flow_log_destination_type" { default = "cloud-watch-logs" }
variable "flow_log_destination_arn" { default = "" }
variable "create_flow_log_cloudwatch_log_group" { default = false }
variable "flow_log_cloudwatch_log_group_retention_in_days" { default = null }
variable "flow_log_cloudwatch_log_group_class" { default = null }

locals {
  vpc_id            = try(aws_vpc.this[0].id, "")
  public            = max(length(var.public_subnets), length(var.public_subnet_ipv6_prefixes))
  private           = max(length(var.private_subnets), length(var.private_subnet_ipv6_prefixes))
  database          = max(length(var.database_subnets), length(var.database_subnet_ipv6_prefixes))
  elasticache       = max(length(var.elasticache_subnets), length(var.elasticache_subnet_ipv6_prefixes))
  redshift          = max(length(var.redshift_subnets), length(var.redshift_subnet_ipv6_prefixes))
  intra             = max(length(var.intra_subnets), length(var.intra_subnet_ipv6_prefixes))
  widest            = max(local.public, local.private, local.database, local.elasticache, local.redshift)
  nat_gateway_count = var.single_nat_gateway ? 1 : var.one_nat_gateway_per_az ? length(var.azs) : local.widest
  # Up to 3 machines in public subnets got public addresses unless told otherwise.
  public_addresses = var.map_public_ip_on_launch != null ? var.map_public_ip_on_launch : tonumber(split(".", var.costlint_release)[0]) < 4
  log_group        = var.enable_flow_log && var.flow_log_destination_type != "s3" && var.create_flow_log_cloudwatch_log_group
}

resource "aws_vpc" "this" {
  count      = var.create_vpc ? 1 : 0
  region     = var.region
  cidr_block = var.cidr
  instance_tenancy = var.instance_tenancy
  tags       = var.tags
}

resource "aws_subnet" "public" {
  count             = var.create_vpc && (!var.one_nat_gateway_per_az || local.public >= length(var.azs)) ? local.public : 0
  region            = var.region
  vpc_id            = local.vpc_id
  availability_zone = try(element(var.azs, count.index), null)
  cidr_block        = try(var.public_subnets[count.index], null)

  map_public_ip_on_launch = local.public_addresses
}

resource "aws_subnet" "private" {
  count             = var.create_vpc ? local.private : 0
  region            = var.region
  vpc_id            = local.vpc_id
  availability_zone = try(element(var.azs, count.index), null)
  cidr_block        = try(var.private_subnets[count.index], null)
}

resource "aws_subnet" "database" {
  count             = var.create_vpc ? local.database : 0
  region            = var.region
  vpc_id            = local.vpc_id
  availability_zone = try(element(var.azs, count.index), null)
  cidr_block        = try(var.database_subnets[count.index], null)
}

resource "aws_subnet" "elasticache" {
  count             = var.create_vpc ? local.elasticache : 0
  region            = var.region
  vpc_id            = local.vpc_id
  availability_zone = try(element(var.azs, count.index), null)
  cidr_block        = try(var.elasticache_subnets[count.index], null)
}

resource "aws_subnet" "redshift" {
  count             = var.create_vpc ? local.redshift : 0
  region            = var.region
  vpc_id            = local.vpc_id
  availability_zone = try(element(var.azs, count.index), null)
  cidr_block        = try(var.redshift_subnets[count.index], null)
}

resource "aws_subnet" "intra" {
  count             = var.create_vpc ? local.intra : 0
  region            = var.region
  vpc_id            = local.vpc_id
  availability_zone = try(element(var.azs, count.index), null)
  cidr_block        = try(var.intra_subnets[count.index], null)
}

resource "aws_eip" "nat" {
  count  = var.create_vpc && var.enable_nat_gateway && !var.reuse_nat_ips ? local.nat_gateway_count : 0
  region = var.region
  domain = "vpc"
  tags   = var.tags
}

resource "aws_nat_gateway" "this" {
  count         = var.create_vpc && var.enable_nat_gateway ? local.nat_gateway_count : 0
  region        = var.region
  allocation_id = element(var.reuse_nat_ips ? var.external_nat_ip_ids : aws_eip.nat[*].id, count.index)
  subnet_id     = element(aws_subnet.public[*].id, var.single_nat_gateway ? 0 : count.index)
  tags          = var.tags
}

resource "aws_flow_log" "this" {
  count                = var.create_vpc && var.enable_flow_log ? 1 : 0
  region               = var.region
  log_destination_type = var.flow_log_destination_type
  log_destination      = local.log_group ? try(aws_cloudwatch_log_group.flow_log[0].arn, null) : var.flow_log_destination_arn
  vpc_id               = local.vpc_id
  tags                 = var.tags
}

resource "aws_cloudwatch_log_group" "flow_log" {
  count             = var.create_vpc && local.log_group ? 1 : 0
  region            = var.region
  retention_in_days = var.flow_log_cloudwatch_log_group_retention_in_days
  log_group_class   = var.flow_log_cloudwatch_log_group_class
  tags              = var.tags
}

output "vpc_id" { value = local.vpc_id }
output "azs" { value = var.azs }
output "vpc_cidr_block" { value = var.cidr }
output "public_subnets" { value = aws_subnet.public[*].id }
output "private_subnets" { value = aws_subnet.private[*].id }
output "database_subnets" { value = aws_subnet.database[*].id }
output "elasticache_subnets" { value = aws_subnet.elasticache[*].id }
output "redshift_subnets" { value = aws_subnet.redshift[*].id }
output "intra_subnets" { value = aws_subnet.intra[*].id }
output "public_subnets_cidr_blocks" { value = aws_subnet.public[*].cidr_block }
output "private_subnets_cidr_blocks" { value = aws_subnet.private[*].cidr_block }
output "natgw_ids" { value = aws_nat_gateway.this[*].id }
output "nat_ids" { value = aws_eip.nat[*].id }
