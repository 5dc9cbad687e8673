"""Why prices could not be fetched."""

from __future__ import annotations


class UpdateError(Exception):
    """Prices cannot be fetched or understood; the prices fetched before stay as they are. The message is a sentence
    without secrets; what to do about it comes last."""
