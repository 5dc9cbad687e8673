"""What an instance type nobody sells was probably meant to be."""

from __future__ import annotations

from typing import cast

from costlint.catalog import REFERENCES
from costlint.pricing.estimating import Bill

_ALIKE = 0.85


def meant(bill: Bill, name: str) -> str:
    """What to add to the sentence about a machine type without a price: the type it is a misspelling of. "" for a type
    that is sold somewhere, and for a name like none."""
    known = cast("dict[str, str]", bill.lasting.setdefault(meant, {}))
    if name not in known:
        from difflib import get_close_matches

        sold = {
            *bill.catalog.shapes(bill.provider, REFERENCES[bill.provider][0]),
            *bill.catalog.shapes(bill.provider, bill.region),
        }
        near = [] if name in sold else get_close_matches(name, sorted(sold), n=1, cutoff=_ALIKE)
        known[name] = f"; did you mean {near[0]}?" if near else ""
    return known[name]
