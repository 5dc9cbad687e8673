"""Providers that are no cloud with prices here: who bills what they make, if anybody does."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, NamedTuple, cast

from costlint.catalog.tables import records

Billing = Literal["local", "service", "elsewhere", "own", "cluster"]

_WHY: dict[Billing, str] = {
    "local": "made where Terraform runs ({name}), nobody bills it",
    "service": "settings inside {name}: paid by seat, plan or server, not by what is declared",
    "elsewhere": "billed by {name}, whose prices are not in the catalog",
    "own": "machines of your own ({name}) have no list price",
    "cluster": "what {name} makes a cluster run is not read from Terraform; its nodes are billed as such",
}


class OtherProvider(NamedTuple):
    """`prefix` is how its resource types begin; `billing` "local": nothing is billed; "service": settings inside a
    service that is paid as such; "elsewhere": billed by somebody else; "own": hardware of one's own; "cluster": objects
    inside a Kubernetes cluster."""

    prefix: str
    name: str
    billing: Billing

    @property
    def free(self) -> bool:
        """True if no resource of the provider has a charge of its own."""
        return self.billing in ("local", "service")

    @property
    def why(self) -> str:
        """Who bills its resources, or why nobody does."""
        return _WHY[self.billing].format(name=self.name)


def read_other_providers(path: Path) -> dict[str, OtherProvider]:
    """The providers of a table by prefix."""
    rows = records(path)
    return {
        row["provider"]: OtherProvider(row["provider"], row["name"], cast("Billing", row["billing"])) for row in rows
    }
