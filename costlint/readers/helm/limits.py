"""What a chart may take at most: a scan may run on strangers' pull requests."""

MOST_CHARTS = 2_000
"""Charts of one scan that are rendered."""

MOST_VARIANTS = 50
"""Values files of one chart that are rendered besides its own."""

LARGEST_MEMBER = 5 * 1024 * 1024
"""Bytes of one file of a chart. Helm's own limit (MaxDecompressedFileSize)."""

LARGEST_CHART = 64 * 1024 * 1024
"""Bytes of a chart with everything it brings along. Helm's own limit is 100 MiB."""

MOST_NESTING = 8
"""How deep charts may bring charts that bring charts."""

RENDER_SECONDS = 15.0
"""What one rendering may take. The slowest of the field's charts take half a second."""

ADDRESS_SPACE = 3 * 1024**3
"""Bytes of address space of the process that renders; the engine reserves 1.8 GiB of it before it does anything."""

LARGEST_OUTPUT = 32 * 1024 * 1024
"""Bytes of what one chart may render to."""

MOST_PROBES = 48
"""Renderings to find out where one value comes from."""
