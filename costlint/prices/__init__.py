"""Your prices: what you pay instead of the list, what you have committed to, and the invoice that makes.

book = read_prices(("prices.yaml",))
catalog = YourCatalog(book, commitments)
Cash(commitments, catalog, spend(estimates)).saving(change)
"""

from costlint.prices.cash import Cash
from costlint.prices.catalog import YourCatalog
from costlint.prices.paying import Paying
from costlint.prices.reading import PriceBook, read_prices

__all__ = ["Cash", "Paying", "PriceBook", "YourCatalog", "read_prices"]
