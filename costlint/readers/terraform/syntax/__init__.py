"""Bytes to the compact tree: native and JSON syntax, broken files included."""
