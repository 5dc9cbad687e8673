"""How far calls of modules are followed."""

from __future__ import annotations

MOST_HOPS = 5
"""Redirections from one module source to another."""

DEEPEST = 40
"""Modules calling modules, counted from the root."""
