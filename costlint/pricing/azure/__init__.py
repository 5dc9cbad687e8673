"""What Azure resources cost: importing this package registers its estimators."""

from __future__ import annotations

from costlint.pricing.azure import (
    apps,
    caches,
    cosmos,
    databases,
    disks,
    flat_fees,
    kubernetes,
    machine_learning,
    messaging,
    monitoring,
    network,
    registry,
    scale_sets,
    security,
    sql,
    storage,
    virtual_machines,
)

__all__ = [
    "apps",
    "caches",
    "cosmos",
    "databases",
    "disks",
    "flat_fees",
    "kubernetes",
    "machine_learning",
    "messaging",
    "monitoring",
    "network",
    "registry",
    "scale_sets",
    "security",
    "sql",
    "storage",
    "virtual_machines",
]
