"""How plans are encoded."""

from __future__ import annotations


def in_utf8(data: bytes) -> bytes:
    """A plan's text in UTF-8: `terraform show -json > plan.json` in PowerShell writes UTF-16."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace").encode()
    return data
