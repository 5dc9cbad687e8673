"""The network: what fetching modules, charts and prices and writing comments have in common.

HTTP, downloads that go on where they stopped, and the cache in which packages end up. The pipeline lies below and never
comes here.
"""

from costlint.network.errors import FetchError

__all__ = ["FetchError"]
