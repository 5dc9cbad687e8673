"""Runs a command with a limit on its memory, in place of this process: `… LIMIT COMMAND ARGUMENTS`."""

from __future__ import annotations

import os
import sys

from costlint.readers.helm.worker import limit


def main() -> None:
    """Set the limit and become the command."""
    limit(int(sys.argv[1]))
    os.execv(sys.argv[2], sys.argv[2:])


if __name__ == "__main__":
    main()
