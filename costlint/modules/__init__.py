"""Fetching modules: the one part of costlint that uses the network, and only when it is asked to.

`scan` reads what this room has left in the cache, pinned by the lock file, and never comes here.
"""

from costlint.modules.calls import CallSite
from costlint.modules.errors import FetchError
from costlint.modules.fetching import Options, Outcome, fetch, list_calls

__all__ = ["CallSite", "FetchError", "Options", "Outcome", "fetch", "list_calls"]
