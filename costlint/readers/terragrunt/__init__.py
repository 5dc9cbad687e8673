"""Terragrunt: units, their includes and inputs, read into the stacks of the modules they deploy.

Import from here: nothing of it is loaded before there is a unit to read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from costlint.model import Stack
    from costlint.readers.terraform.files import TerraformFiles
    from costlint.readers.terraform.reading import TerraformOptions
    from costlint.readers.terragrunt.units import Unit

__all__ = ["read_unit"]


def read_unit(files: TerraformFiles, unit: Unit, options: TerraformOptions | None = None) -> Stack:
    """What a unit deploys; see `read.py`."""
    from costlint.readers.terragrunt import read

    return read.read_unit(files, unit, options)
