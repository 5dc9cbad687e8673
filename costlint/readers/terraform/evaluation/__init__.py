"""Expressions and blocks to values, carrying what is unknown and where it came from."""
