"""What was paid, read from a provider's export of costs, as a price file.

    rows = read_exports(["export.csv.gz"], mapping)
    text = written(rows, …)

Scanning reads the price file, never the export.
"""
