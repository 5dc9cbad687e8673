"""What Google Cloud resources cost: importing this package registers its estimators."""

from __future__ import annotations

from costlint.pricing.gcp import (
    analytics,
    compute,
    databases,
    disks,
    filestore,
    instance_groups,
    kubernetes,
    machine_learning,
    network,
    scaled_databases,
    security,
    serverless,
    storage,
)

__all__ = [
    "analytics",
    "compute",
    "databases",
    "disks",
    "filestore",
    "instance_groups",
    "kubernetes",
    "machine_learning",
    "network",
    "scaled_databases",
    "security",
    "serverless",
    "storage",
]
