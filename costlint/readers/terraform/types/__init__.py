"""Terraform's types: constraints as written, conversion, unification, numbers."""
