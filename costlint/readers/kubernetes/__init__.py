"""Kubernetes manifests in YAML and JSON: objects with the place of every value."""
