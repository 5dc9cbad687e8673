"""A report as people and programs read it: pure functions from `costlint.model.Report` to text."""
