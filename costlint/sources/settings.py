"""Settings of the tools beside costlint: what git, Terraform, Helm and Docker are told in small files of their own."""

from __future__ import annotations

from pathlib import Path

_LARGEST = 1 << 20


def settings_text(path: Path) -> str:
    """The text of such a file, at most its first MiB; "" where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST).decode(errors="replace")
    except OSError:
        return ""
