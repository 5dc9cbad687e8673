"""How large a function's answer may grow: input is hostile by default, and one line can ask for gigabytes."""

from __future__ import annotations

from costlint.model import PartialList
from costlint.readers.terraform.functions.calling import CallError

# Terraform's own limit for range(); beyond the other limits a configuration is an attack, not a deployment.
MOST_RANGE = 1024
MOST_ITEMS = 1_000_000
MOST_TEXT = 16 * 1024 * 1024
MOST_DEPTH = 200


def check_text(length: int) -> None:
    """Raises CallError when a text of that many characters is too large to build."""
    if length > MOST_TEXT:
        raise CallError(f"the result would have {length} characters; costlint stops at {MOST_TEXT}")


def check_items(count: int) -> None:
    """Raises CallError when a list of that many items is too large to build."""
    if count > MOST_ITEMS:
        raise CallError(f"the result would have {count} elements; costlint stops at {MOST_ITEMS}")


def known_length(value: object) -> bool:
    """True if the number of a list's items is known (the items need not be)."""
    return isinstance(value, list) and not isinstance(value, PartialList)
