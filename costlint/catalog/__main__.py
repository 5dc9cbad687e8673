"""Look up prices by hand: `python -m costlint.catalog aws us-east-1 ebs` lists every SKU and shape that matches."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

from costlint.catalog.catalog import PROVIDERS, Catalog
from costlint.catalog.facts import Price, Shape


def main(arguments: list[str] | None = None) -> int:
    """Print the matching rows; 1 if nothing matches."""
    parser = argparse.ArgumentParser(prog="python -m costlint.catalog", description="List known prices (USD).")
    parser.add_argument("provider", choices=PROVIDERS)
    parser.add_argument("region", help='"us-east-1", "West Europe", …')
    parser.add_argument("text", nargs="?", default="", help="part of a SKU or of an instance type")
    given = parser.parse_args(arguments)
    lines = list(matching(Catalog(), given.provider, given.region, given.text))
    print("\n".join(lines) or f"nothing in {given.region} matches {given.text!r}")
    return 0 if lines else 1


def matching(catalog: Catalog, provider: str, region: str, text: str) -> Iterator[str]:
    """One line per SKU and per instance type that contains the text."""
    for sku, unit in catalog.skus(provider, region):
        price = catalog.price(provider, region, sku, unit)
        if text in sku and price is not None:
            yield f"{sku}  {_shown(price)}"
    for name, shape in sorted(catalog.shapes(provider, region).items()):
        if text in name:
            yield f"{name}  {_size(shape)}  {_shown(shape.on_demand) if shape.on_demand else 'no price'}"


def _shown(price: Price) -> str:
    mark = "~" if price.inferred else ""
    return f"{mark}{price.amount:.10g}/{price.unit}  {price.date}  {price.source}"


def _size(shape: Shape) -> str:
    parts = [f"{_count(shape.vcpu)} vCPU", f"{_count(shape.memory_gib)} GiB"]
    if shape.gpu_model:
        parts.append(f"{_count(shape.gpu_count)} × {shape.gpu_model} {_count(shape.gpu_memory_gib)} GiB")
    if shape.offered is False:
        parts.append("not offered")
    return ", ".join(parts)


def _count(amount: float | None) -> str:
    return "?" if amount is None else f"{amount:g}"


if __name__ == "__main__":
    sys.exit(main())
