"""What one rendering may take: kustomizations come from strangers."""

from __future__ import annotations

SECONDS = 30.0
"""Wall time of one rendering. The slowest real one met took 5 s, with 5 MB of schemas that are now left out."""

MEMORY = 4 << 30
"""Bytes of address space of the process that renders; Go reserves far more of it than it uses."""

LARGEST_OUTPUT = 64 << 20
"""Bytes of one rendering."""

LARGEST_STAGE = 128 << 20
"""Bytes of all files one overlay is made of."""

MOST_KUSTOMIZATIONS = 500
"""Kustomizations one overlay is made of."""

AT_ONCE = 4
"""Renderings that run at the same time, at most."""
