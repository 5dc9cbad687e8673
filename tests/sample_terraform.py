"""Terraform that tests of several rooms read."""

GP2_VOLUME = """\
provider "aws" {
  region = "us-east-1"
}

resource "aws_ebs_volume" "models" {
  availability_zone = "us-east-1a"
  size              = 1000
  type              = "gp2"
}
"""
