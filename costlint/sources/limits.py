"""How much input is read at most: a scan may run on strangers' pull requests."""

LARGEST_FILE = 32 * 1024 * 1024
"""Bytes. The largest real Terraform files are plans and generated manifests of a few MB."""

MOST_FILES = 500_000
"""Directory entries one listing looks at."""

MOST_LINKS = 40
"""Symbolic links followed for one path in a commit (Linux's own limit)."""

SKIPPED_DIRECTORIES = frozenset({".git", ".hg", ".svn", ".terraform", ".terragrunt-cache", "node_modules", ".venv"})
"""Never listed. `.terraform/modules` can still be read by name."""


def too_large(shown: str, size: int) -> str:
    """The sentence for a file over the limit."""
    return (
        f"{shown} is {size / 1_000_000:,.0f} MB; files over {LARGEST_FILE // (1024 * 1024)} MB are not read"
        if size >= LARGEST_FILE + 1_000_000
        else f"{shown} is larger than {LARGEST_FILE // (1024 * 1024)} MB; such files are not read"
    )


def too_many(shown: str) -> str:
    """The sentence for a tree over the limit."""
    return f"{shown} holds more than {MOST_FILES:,} files; name the directories to scan instead"
