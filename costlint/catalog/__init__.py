"""The ground floor: dated facts and the few queries over them.

catalog = Catalog()
catalog.price("aws", "eu-west-1", "ebs.gp3.storage", "gb-month")
catalog.shape("gcp", "us-central1", "g2-standard-8")
"""

from costlint.catalog.catalog import PROVIDERS, Catalog
from costlint.catalog.facts import (
    Accelerator,
    Assumption,
    Benchmark,
    Commitment,
    Family,
    ManagedPrice,
    Practice,
    Price,
    Service,
    Shape,
    Support,
    UsageKey,
)
from costlint.catalog.regions import REFERENCES
from costlint.catalog.updates import PriceCacheError

__all__ = [
    "Accelerator",
    "Assumption",
    "Benchmark",
    "Catalog",
    "Commitment",
    "Family",
    "ManagedPrice",
    "PROVIDERS",
    "Practice",
    "Price",
    "PriceCacheError",
    "REFERENCES",
    "Service",
    "Shape",
    "Support",
    "UsageKey",
]
