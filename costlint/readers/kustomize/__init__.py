"""Kustomize: overlays rendered by kustomize itself, and each value traced back to the file that set it."""

from costlint.readers.kustomize.read import Overlays, read_overlays

__all__ = ["Overlays", "read_overlays"]
