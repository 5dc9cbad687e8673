"""Fetching prices from the providers' public price lists into the user's cache."""

from costlint.updating.errors import UpdateError
from costlint.updating.update import Options, Outcome, update

__all__ = ["Options", "Outcome", "UpdateError", "update"]
