"""Writes Terraform of a given size that looks like what platform teams have: modules, count, for_each, locals,
variables with tfvars, and a mix of resource types in the proportions seen in public repositories.

The proportions are those of 18,000 resource blocks counted in 18 public repositories on 2026-11-22 (docs/field-notes.md
names them): two fifths identities and policies, a fifth security groups and their rules, a tenth records, alarms and
secrets; machines, disks, databases and buckets, which cost the money, are one in ten. Here they are one in six.

The same size and seed always give the same bytes.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable
from pathlib import Path

_PER_FILE = 25
_FAMILIES = ("m5", "m6i", "c5", "c6i", "r5", "r6i", "t3")
_SIZES = ("large", "xlarge", "2xlarge")
_GPUS = ("g4dn.xlarge", "g5.2xlarge", "g5.12xlarge", "p3.8xlarge")

_MODULE = """\
variable "name" {
  type = string
}

variable "environment" {
  type = string
}

variable "instance_type" {
  type    = string
  default = "m5.large"
}

variable "volumes" {
  type = map(object({ size = number, type = optional(string, "gp2") }))
  default = {}
}

locals {
  tags = merge({ Name = var.name }, { Environment = var.environment, Team = "platform" })
}

resource "aws_instance" "node" {
  count         = var.environment == "prod" ? 2 : 1
  ami           = "ami-0abcdef1234567890"
  instance_type = var.instance_type
  tags          = merge(local.tags, { Index = count.index })

  root_block_device {
    volume_type = "gp2"
    volume_size = 100
  }
}

resource "aws_ebs_volume" "data" {
  for_each          = var.volumes
  availability_zone = "us-east-1a"
  size              = each.value.size
  type              = each.value.type
  tags              = merge(local.tags, { Volume = each.key })
}

output "instance_ids" {
  value = aws_instance.node[*].id
}
"""

_ROOT = """\
terraform {
  required_version = ">= 1.5"
  backend "s3" {
    bucket = "example-terraform-state"
    key    = "platform/terraform.tfstate"
    region = "us-east-1"
  }
}

provider "aws" {
  region = var.region
  default_tags {
    tags = { ManagedBy = "terraform", Environment = var.environment }
  }
}

variable "region" {
  type = string
}

variable "environment" {
  type = string
}

variable "node_type" {
  type = string
}

locals {
  prefix = "llm-${var.environment}"
  zones  = ["${var.region}a", "${var.region}b", "${var.region}c"]
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "private" {
  count             = length(local.zones)
  vpc_id            = aws_vpc.main.id
  cidr_block        = cidrsubnet(aws_vpc.main.cidr_block, 8, count.index)
  availability_zone = local.zones[count.index]
}
"""


def generate(folder: Path, size: int, seed: int = 1) -> int:
    """Write about `size` bytes below `folder`; returns the exact number of bytes of Terraform."""
    chance = random.Random(seed)
    files = {
        "main.tf": _ROOT,
        "prod.auto.tfvars": 'region      = "us-east-1"\nenvironment = "prod"\nnode_type   = "m5.2xlarge"\n',
        "modules/service/main.tf": _MODULE,
    }
    written = sum(map(len, files.values()))
    writers = [writer for writer, weight in _MIX for _ in range(weight)]
    number = part = 0
    while written < size:
        blocks: list[str] = []
        while len(blocks) < _PER_FILE and written < size:
            block = chance.choice(writers)(number, chance)
            blocks.append(block)
            written += len(block) + 1
            number += 1
        files[f"part{part:05d}.tf"] = "\n".join(blocks)
        part += 1
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return sum(len(text) for text in files.values())


def _service(number: int, chance: random.Random) -> str:
    volumes = "\n".join(
        f"    data{i} = {{ size = {chance.choice((50, 100, 500))} }}" for i in range(chance.randint(0, 3))
    )
    kind = "var.node_type" if chance.random() < 0.5 else f'"{chance.choice(_FAMILIES)}.{chance.choice(_SIZES)}"'
    return f"""\
module "service_{number}" {{
  source        = "./modules/service"
  name          = "${{local.prefix}}-service-{number}"
  environment   = var.environment
  instance_type = {kind}
  volumes = {{
{volumes}
  }}
}}
"""


def _instance(number: int, chance: random.Random) -> str:
    kind = chance.choice(_GPUS) if chance.random() < 0.2 else f"{chance.choice(_FAMILIES)}.{chance.choice(_SIZES)}"
    return f"""\
resource "aws_instance" "worker_{number}" {{
  count         = {chance.randint(1, 4)}
  ami           = "ami-0abcdef1234567890"
  instance_type = "{kind}"
  subnet_id     = aws_subnet.private[count.index % length(local.zones)].id
  tags          = {{ Name = "${{local.prefix}}-worker-{number}-${{count.index}}" }}

  root_block_device {{
    volume_type = "{chance.choice(("gp2", "gp3", "io1"))}"
    volume_size = {chance.choice((50, 100, 200))}
  }}
}}
"""


def _volume(number: int, chance: random.Random) -> str:
    return f"""\
resource "aws_ebs_volume" "data_{number}" {{
  for_each          = toset(local.zones)
  availability_zone = each.value
  size              = {chance.choice((100, 500, 1000))}
  type              = "{chance.choice(("gp2", "gp3"))}"
  encrypted         = true
}}
"""


def _bucket(number: int, chance: random.Random) -> str:
    lifecycle = f"""
resource "aws_s3_bucket_lifecycle_configuration" "bucket_{number}" {{
  bucket = aws_s3_bucket.bucket_{number}.id
  rule {{
    id     = "archive"
    status = "Enabled"
    transition {{
      days          = 30
      storage_class = "STANDARD_IA"
    }}
  }}
}}
"""
    return f"""\
resource "aws_s3_bucket" "bucket_{number}" {{
  bucket = "${{local.prefix}}-models-{number}"
  tags   = {{ Purpose = "models" }}
}}
{lifecycle if chance.random() < 0.4 else ""}"""


def _database(number: int, chance: random.Random) -> str:
    return f"""\
resource "aws_db_instance" "db_{number}" {{
  identifier        = "${{local.prefix}}-db-{number}"
  engine            = "postgres"
  engine_version    = "{chance.choice((12, 14, 16))}"
  instance_class    = "db.{chance.choice(("m5", "r5", "t3"))}.large"
  allocated_storage = {chance.choice((100, 500))}
  storage_type      = "{chance.choice(("gp2", "gp3"))}"
  multi_az          = {chance.choice(("true", "false"))}
}}
"""


def _role(number: int, chance: random.Random) -> str:
    actions = ", ".join(f'"s3:{name}"' for name in chance.sample(["GetObject", "PutObject", "ListBucket"], 2))
    return f"""\
resource "aws_iam_role" "role_{number}" {{
  name = "${{local.prefix}}-role-{number}"
  assume_role_policy = jsonencode({{
    Version   = "2012-10-17"
    Statement = [{{ Effect = "Allow", Action = ["sts:AssumeRole"], Principal = {{ Service = "ec2.amazonaws.com" }} }}]
  }})
}}

resource "aws_iam_policy" "policy_{number}" {{
  name = "${{local.prefix}}-policy-{number}"
  policy = jsonencode({{
    Version   = "2012-10-17"
    Statement = [{{ Effect = "Allow", Action = [{actions}], Resource = "*" }}]
  }})
}}

resource "aws_iam_role_policy_attachment" "attachment_{number}" {{
  role       = aws_iam_role.role_{number}.name
  policy_arn = aws_iam_policy.policy_{number}.arn
}}
"""


def _security_group(number: int, chance: random.Random) -> str:
    return f"""\
resource "aws_security_group" "group_{number}" {{
  name   = "${{local.prefix}}-{number}"
  vpc_id = aws_vpc.main.id

  dynamic "ingress" {{
    for_each = [443, 8080, {chance.randint(9000, 9999)}]
    content {{
      from_port   = ingress.value
      to_port     = ingress.value
      protocol    = "tcp"
      cidr_blocks = [aws_vpc.main.cidr_block]
    }}
  }}
}}
"""


def _rule(number: int, chance: random.Random) -> str:
    return f"""\
resource "aws_security_group_rule" "rule_{number}" {{
  type              = "{chance.choice(("ingress", "egress"))}"
  from_port         = {chance.randint(1024, 9999)}
  to_port           = {chance.randint(1024, 9999)}
  protocol          = "tcp"
  cidr_blocks       = [aws_vpc.main.cidr_block]
  security_group_id = aws_vpc.main.default_security_group_id
}}
"""


def _logs(number: int, chance: random.Random) -> str:
    retention = f"\n  retention_in_days = {chance.choice((7, 30, 365))}" if chance.random() < 0.5 else ""
    return f"""\
resource "aws_cloudwatch_log_group" "logs_{number}" {{
  name = "/llm/${{var.environment}}/service-{number}"{retention}
}}
"""


def _record(number: int, chance: random.Random) -> str:
    return f"""\
resource "aws_route53_record" "record_{number}" {{
  zone_id = "Z0123456789ABCDEFGHIJ"
  name    = "service-{number}.${{var.environment}}.example.com"
  type    = "CNAME"
  ttl     = {chance.choice((60, 300))}
  records = ["${{local.prefix}}-{number}.example.net"]
}}
"""


def _alarm(number: int, chance: random.Random) -> str:
    return f"""\
resource "aws_cloudwatch_metric_alarm" "alarm_{number}" {{
  alarm_name          = "${{local.prefix}}-latency-{number}"
  namespace           = "LLM/Serving"
  metric_name         = "latency"
  statistic           = "Average"
  period              = {chance.choice((60, 300))}
  evaluation_periods  = 5
  threshold           = {chance.randint(100, 5000)}
  comparison_operator = "GreaterThanThreshold"
}}
"""


def _secret(number: int, chance: random.Random) -> str:
    return f"""\
resource "aws_secretsmanager_secret" "secret_{number}" {{
  name = "${{local.prefix}}/service-{number}/token"
}}
"""


def _queue(number: int, chance: random.Random) -> str:
    return f"""\
resource "aws_sqs_queue" "queue_{number}" {{
  name                       = "${{local.prefix}}-jobs-{number}"
  visibility_timeout_seconds = {chance.choice((30, 300, 900))}
}}
"""


_MIX: tuple[tuple[Callable[[int, random.Random], str], int], ...] = (
    (_role, 26),
    (_rule, 24),
    (_security_group, 12),
    (_record, 9),
    (_alarm, 6),
    (_secret, 5),
    (_logs, 4),
    (_service, 4),
    (_instance, 3),
    (_bucket, 3),
    (_queue, 2),
    (_volume, 1),
    (_database, 1),
)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--bytes", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(f"{generate(given.folder, given.bytes, given.seed):,} bytes of Terraform in {given.folder}")
