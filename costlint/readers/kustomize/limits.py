"""What one rendering may take: kustomizations come from strangers."""

from __future__ import annotations

SECONDS = 30.0
"""Wall time of one rendering. Of 400 real ones the slowest took under 2 s."""

MEMORY = 4 << 30
"""Bytes of address space of the process that renders; kubectl reserves about 1.3 GB before it does anything."""

LARGEST_OUTPUT = 64 << 20
"""Bytes of one rendering."""

LARGEST_STAGE = 128 << 20
"""Bytes of all files one overlay is made of."""

MOST_KUSTOMIZATIONS = 500
"""Kustomizations one overlay is made of."""

AT_ONCE = 4
"""Renderings that run at the same time, at most."""
