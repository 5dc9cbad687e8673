"""`python -m costlint`."""

from costlint.cli import main

if __name__ == "__main__":
    main()
