"""Terraform and OpenTofu: configuration, variable files and plans, read into stacks."""
