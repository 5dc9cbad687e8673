"""What Azure resources cost: importing this package registers its estimators."""

from __future__ import annotations

from costlint.pricing.azure import (
    analytics,
    apps,
    caches,
    containers,
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
    "analytics",
    "apps",
    "caches",
    "containers",
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
