"""What somebody knows about the use of resources: usage files in Infracost's format, in place of assumptions."""

from costlint.usage.reading import Entry, UsageFile, read_usage, type_of
from costlint.usage.settling import Quantities, Usage, watch

__all__ = ["Entry", "Quantities", "Usage", "UsageFile", "read_usage", "type_of", "watch"]
