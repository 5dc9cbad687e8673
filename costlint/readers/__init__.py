"""The kinds of input costlint reads: text in, resources out."""
