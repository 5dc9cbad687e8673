"""The cost of `costlint hook` for one changed file in a repository of 1,000 files of Terraform, beside what nobody can
do without: starting Python with the libraries of a command line, and reading the root the file belongs to.

`reading` is measured inside one process, after everything is imported, so it counts neither start-up nor prices;
`scan` is the whole of `costlint scan` on that root, the most that reading can be taken for. Times are CPU time of the
programs and what they start, the least of several runs, since other work on the machine only adds. The ratios are the
hook beside twice the imports, plus the reading, or plus the scan.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from measuring import measure

COSTLINT = Path(sys.executable).with_name("costlint")
ROOTS = 200
RUNS = 7
_READ = """
import sys, time
from costlint.readers.terraform.files import TerraformFiles
from costlint.readers.terraform.read import read_stack
from costlint.sources import open_directory
source, selected = open_directory(sys.argv[1])
started = time.process_time()
read_stack(TerraformFiles(source), selected).resources
print(time.process_time() - started)
"""
_MODULE = """variable "name" {{ type = string }}
variable "size" {{ type = number }}
resource "aws_instance" "this" {{
  ami           = "ami-0abc"
  instance_type = "m{number}g.large"
  root_block_device {{
    volume_size = var.size
    volume_type = "gp3"
  }}
  tags = {{ Name = var.name }}
}}
"""
_FILES = {
    "main.tf": 'module "node" {\n  source = "../../modules/kind{kind}"\n  name   = var.name\n  size   = var.size\n}\n'
    'resource "aws_s3_bucket" "b" {\n  bucket = "${var.name}-data"\n}\n',
    "variables.tf": 'variable "name" {\n  type = string\n}\nvariable "size" {\n  type = number\n}\n',
    "providers.tf": 'provider "aws" {\n  region = "us-east-1"\n}\n',
    "outputs.tf": 'output "bucket" {\n  value = aws_s3_bucket.b.id\n}\n',
    "terraform.tfvars": 'name = "root-{root}"\nsize = 100\n',
}
_WASTE = """resource "aws_ebs_volume" "late" {
  availability_zone = "us-east-1a"
  size              = %d
  type              = "gp2"
}
"""


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="costlint-hook-") as work:
        folder = Path(work)
        number = write(folder)
        changed = folder / "roots" / "root007" / "late.tf"
        print(f"{number:,} files, {ROOTS} roots, one file staged")
        for what, size in (("nothing to block", 100), ("a finding to block", 16_000)):
            changed.write_text(_WASTE % size)
            _git(folder, "add", "--all")
            reading = min(_reading(changed.parent) for _ in range(RUNS))
            imports, scan, hook = _least(
                folder,
                [sys.executable, "-c", "import click, yaml"],
                [str(COSTLINT), "scan", str(changed.parent)],
                [str(COSTLINT), "hook"],
            )
            print(
                f"{what:<18} hook {hook * 1000:4.0f} ms   import click, yaml {imports * 1000:3.0f} ms   "
                f"reading the root {reading * 1000:3.1f} ms   scan of the root {scan * 1000:3.0f} ms   "
                f"ratio {hook / (2 * imports + reading):.2f}, {hook / (2 * imports + scan):.2f}"
            )
    return 0


def write(folder: Path) -> int:
    """A repository with one commit. Gives how many files it has."""
    _git(folder, "init", "--quiet")
    for kind in range(8):
        place = folder / "modules" / f"kind{kind}"
        place.mkdir(parents=True)
        (place / "main.tf").write_text(_MODULE.format(number=6 + kind % 2))
    for root in range(ROOTS):
        place = folder / "roots" / f"root{root:03}"
        place.mkdir(parents=True)
        for name, text in _FILES.items():
            (place / name).write_text(text.replace("{kind}", str(root % 8)).replace("{root}", str(root)))
    _git(folder, "add", "--all")
    _git(folder, "commit", "--quiet", "--message", "first")
    return sum(1 for path in folder.rglob("*.tf*"))


def _least(folder: Path, *commands: list[str]) -> list[float]:
    """Seconds of CPU time of each; they take turns, so that what else goes on meets all of them."""
    back = Path.cwd()
    os.chdir(folder)
    try:
        rounds = [[measure(command).cpu for command in commands] for _ in range(RUNS + 1)]
        return [min(times) for times in zip(*rounds[1:], strict=True)]
    finally:
        os.chdir(back)


def _reading(root: Path) -> float:
    done = subprocess.run([sys.executable, "-c", _READ, str(root)], capture_output=True, text=True, check=True)
    return float(done.stdout)


def _git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=bench", "-c", "user.email=bench@example.com", "-c", "commit.gpgSign=false")
    usual = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", *who, *arguments], cwd=folder, env=usual, check=True, capture_output=True)


if __name__ == "__main__":
    sys.exit(main())
