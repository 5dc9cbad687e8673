"""What an instance type nobody sells was probably meant to be."""

from __future__ import annotations

import re
from typing import cast

from costlint.catalog import REFERENCES
from costlint.pricing.estimating import Bill
from costlint.spelling import did_you_mean

_ALIKE = 0.85
_FAMILY = re.compile(r"[a-z]{1,4}\d[a-z0-9-]*")


def meant(bill: Bill, name: str) -> str:
    """What to add to the sentence about a machine type without a price: the type it is a misspelling of. "" for a type
    that is sold somewhere, and for a name like none."""
    known = cast("dict[str, str]", bill.lasting.setdefault(meant, {}))
    if name not in known:
        sold = {
            *bill.catalog.shapes(bill.provider, REFERENCES[bill.provider][0]),
            *bill.catalog.shapes(bill.provider, bill.region),
        }
        real = name in sold or _may_exist(name, sold)
        known[name] = "" if real else did_you_mean(name, sold, least=_ALIKE)
    return known[name]


def _may_exist(name: str, sold: set[str]) -> bool:
    """Whether a name is made like one of EC2's, of a family this catalog need not know: `p5e.48xlarge`."""
    family, _, size = name.partition(".")
    return _FAMILY.fullmatch(family) is not None and any(other.endswith(f".{size}") for other in sold)
