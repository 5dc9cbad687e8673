"""Which community modules there are adapters for: the rows of `catalog/data/module_adapters/index.csv`."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path

from msgspec import Struct

from costlint.readers.terraform.sourcing.addresses import DEFAULT_REGISTRY, ModuleAddress, repository_key
from costlint.versions import Constraint, Version, parse_version

_REGISTRIES = (DEFAULT_REGISTRY, "registry.opentofu.org")
_FORGE = "github.com"


class Row(Struct, frozen=True):
    """An adapter for a range of releases of a module (`terraform-aws-modules/eks/aws`), or of a module inside its
    package (`submodule`, a glob). `directory` holds it; `newest` is the latest release it was written for."""

    module: str
    submodule: str
    versions: Constraint
    directory: str
    newest: Version


def read_index(path: Path) -> list[Row]:
    """The rows of an index file."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return [
            Row(
                row["module"],
                row["submodule"],
                Constraint(row["versions"]),
                row["directory"],
                parse_version(row["newest"]),
            )
            for row in rows
        ]


def module_of(address: ModuleAddress) -> str:
    """What a module is known as in the public registry, "" for one that comes from elsewhere.

    Modules of the public registry are repositories called terraform-<system>-<name> on GitHub."""
    if address.kind == "registry":
        host, _, module = address.location.partition("/")
        return module.lower() if host in _REGISTRIES else ""
    key = repository_key(address.location) if address.kind == "git" else None
    if key is None or key[0] != _FORGE:
        return ""
    namespace, _, repository = key[1].partition("/")
    terraform, _, rest = repository.partition("-")
    system, _, name = rest.partition("-")
    return f"{namespace}/{name}/{system}" if terraform == "terraform" and name else ""


def rows_for(rows: Iterable[Row], module: str, submodule: str) -> list[Row]:
    """The rows for a module and the directory inside its package, the newest releases last."""
    found = (row for row in rows if row.module.lower() == module and fnmatchcase(submodule, row.submodule))
    return sorted(found, key=lambda row: row.newest)
