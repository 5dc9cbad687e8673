"""Why something could not be fetched."""

from __future__ import annotations


class FetchError(Exception):
    """Something cannot be fetched. The message is a sentence without secrets; what to do about it comes last."""


class Interrupted(FetchError):
    """A download stopped short; what has come so far is kept, and the next attempt goes on from there."""
