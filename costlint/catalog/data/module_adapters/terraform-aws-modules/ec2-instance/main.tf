# terraform-aws-modules/ec2-instance from 3 on: one machine, on demand or spot. 6 made an object of the root disk
# and volumes of the others.

variable "costlint_release" {}
variable "region" { default = null }
variable "tags" { default = {} }
variable "create" { default = true }
variable "create_spot_instance" { default = false }
variable "create_eip" { default = false }
variable "ignore_ami_changes" { default = false }
variable "instance_type" { default = "t3.micro" }
variable "cpu_credits" { default = null }
variable "monitoring" { default = null }
variable "tenancy" { default = null }
variable "availability_zone" { default = null }
variable "subnet_id" { default = null }
variable "associate_public_ip_address" { default = null }
variable "instance_market_options" { default = null }
variable "hibernation" { default = null }
variable "launch_template" { default = null }
variable "root_block_device" {
  default  = []
  nullable = false
}
variable "ebs_block_device" {
  default  = []
  nullable = false
}
variable "ebs_volumes" {
  default  = {}
  nullable = false
}

locals {
  bursts = can(regex("^t(2|3|3a|4g)\\.", var.instance_type))
  # An object from 6 on, before that a list of one.
  roots    = [for disk in flatten([var.root_block_device]) : disk if try(length(disk) > 0, true)]
  template = try(length(var.launch_template) > 0, false) ? [var.launch_template] : []
}

resource "aws_instance" "this" {
  count                       = var.create && !var.ignore_ami_changes && !var.create_spot_instance ? 1 : 0
  region                      = var.region
  instance_type               = var.instance_type
  availability_zone           = var.availability_zone
  subnet_id                   = var.subnet_id
  associate_public_ip_address = var.associate_public_ip_address
  monitoring                  = var.monitoring
  tenancy                     = var.tenancy
  hibernation                 = var.hibernation
  tags                        = var.tags

  credit_specification {
    cpu_credits = local.bursts ? var.cpu_credits : null
  }

  dynamic "instance_market_options" {
    for_each = var.instance_market_options != null ? [var.instance_market_options] : []
    content {
      market_type = try(instance_market_options.value.market_type, null)
    }
  }

  dynamic "launch_template" {
    for_each = local.template
    content {
      id   = try(launch_template.value.id, null)
      name = try(launch_template.value.name, null)
    }
  }

  dynamic "root_block_device" {
    for_each = local.roots
    content {
      iops        = try(root_block_device.value.iops, null)
      throughput  = try(root_block_device.value.throughput, null)
      volume_size = try(root_block_device.value.volume_size, root_block_device.value.size, null)
      volume_type = try(root_block_device.value.volume_type, root_block_device.value.type, null)
    }
  }

  dynamic "ebs_block_device" {
    for_each = var.ebs_block_device
    content {
      device_name = try(ebs_block_device.value.device_name, null)
      iops        = try(ebs_block_device.value.iops, null)
      throughput  = try(ebs_block_device.value.throughput, null)
      snapshot_id = try(ebs_block_device.value.snapshot_id, null)
      volume_size = try(ebs_block_device.value.volume_size, null)
      volume_type = try(ebs_block_device.value.volume_type, null)
    }
  }
}

resource "aws_instance" "ignore_ami" {
  count                       = var.create && var.ignore_ami_changes && !var.create_spot_instance ? 1 : 0
  region                      = var.region
  instance_type               = var.instance_type
  availability_zone           = var.availability_zone
  subnet_id                   = var.subnet_id
  associate_public_ip_address = var.associate_public_ip_address
  monitoring                  = var.monitoring
  tenancy                     = var.tenancy
  hibernation                 = var.hibernation
  tags                        = var.tags

  credit_specification {
    cpu_credits = local.bursts ? var.cpu_credits : null
  }

  dynamic "launch_template" {
    for_each = local.template
    content {
      id   = try(launch_template.value.id, null)
      name = try(launch_template.value.name, null)
    }
  }

  dynamic "root_block_device" {
    for_each = local.roots
    content {
      iops        = try(root_block_device.value.iops, null)
      throughput  = try(root_block_device.value.throughput, null)
      volume_size = try(root_block_device.value.volume_size, root_block_device.value.size, null)
      volume_type = try(root_block_device.value.volume_type, root_block_device.value.type, null)
    }
  }

  dynamic "ebs_block_device" {
    for_each = var.ebs_block_device
    content {
      device_name = try(ebs_block_device.value.device_name, null)
      iops        = try(ebs_block_device.value.iops, null)
      throughput  = try(ebs_block_device.value.throughput, null)
      snapshot_id = try(ebs_block_device.value.snapshot_id, null)
      volume_size = try(ebs_block_device.value.volume_size, null)
      volume_type = try(ebs_block_device.value.volume_type, null)
    }
  }

  lifecycle {
    ignore_changes = [ami]
  }
}

resource "aws_spot_instance_request" "this" {
  count                       = var.create && var.create_spot_instance ? 1 : 0
  region                      = var.region
  instance_type               = var.instance_type
  availability_zone           = var.availability_zone
  subnet_id                   = var.subnet_id
  associate_public_ip_address = var.associate_public_ip_address
  monitoring                  = var.monitoring
  tenancy                     = var.tenancy
  tags                        = var.tags

  credit_specification {
    cpu_credits = local.bursts ? var.cpu_credits : null
  }

  dynamic "root_block_device" {
    for_each = local.roots
    content {
      iops        = try(root_block_device.value.iops, null)
      throughput  = try(root_block_device.value.throughput, null)
      volume_size = try(root_block_device.value.volume_size, root_block_device.value.size, null)
      volume_type = try(root_block_device.value.volume_type, root_block_device.value.type, null)
    }
  }

  dynamic "ebs_block_device" {
    for_each = var.ebs_block_device
    content {
      device_name = try(ebs_block_device.value.device_name, null)
      iops        = try(ebs_block_device.value.iops, null)
      throughput  = try(ebs_block_device.value.throughput, null)
      snapshot_id = try(ebs_block_device.value.snapshot_id, null)
      volume_size = try(ebs_block_device.value.volume_size, null)
      volume_type = try(ebs_block_device.value.volume_type, null)
    }
  }
}

resource "aws_ebs_volume" "this" {
  for_each             = { for name, volume in var.ebs_volumes : name => volume if var.create }
  region               = var.region
  iops                 = try(each.value.iops, null)
  throughput           = try(each.value.throughput, null)
  size                 = try(each.value.size, null)
  snapshot_id          = try(each.value.snapshot_id, null)
  type                 = coalesce(try(each.value.type, null), "gp3")
  multi_attach_enabled = try(each.value.multi_attach_enabled, null)
  tags                 = merge(var.tags, try(each.value.tags, {}))
}

resource "aws_volume_attachment" "this" {
  for_each    = { for name, volume in var.ebs_volumes : name => volume if var.create }
  region      = var.region
  volume_id   = aws_ebs_volume.this[each.key].id
  instance_id = try(aws_instance.this[0].id, aws_instance.ignore_ami[0].id, aws_spot_instance_request.this[0].spot_instance_id, null)
}

resource "aws_eip" "this" {
  count    = var.create && var.create_eip && !var.create_spot_instance ? 1 : 0
  region   = var.region
  instance = try(aws_instance.this[0].id, aws_instance.ignore_ami[0].id)
  tags     = var.tags
}

output "id" { value = try(aws_instance.this[0].id, aws_instance.ignore_ami[0].id, aws_spot_instance_request.this[0].id, null) }
output "arn" { value = try(aws_instance.this[0].arn, aws_instance.ignore_ami[0].arn, aws_spot_instance_request.this[0].arn, null) }
output "availability_zone" { value = var.availability_zone }
