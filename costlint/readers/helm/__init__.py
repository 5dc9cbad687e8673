"""Helm charts: rendered by Helm itself, contained, with the values line behind every rendered value."""
