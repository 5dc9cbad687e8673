"""What a fetch in the current directory brings: the outcome, what it pins, and what a scan then sees."""

from __future__ import annotations

import json
from pathlib import Path

from costlint.config import Config
from costlint.modules import Options, Outcome, fetch
from costlint.readers.terraform.files import TerraformFiles
from costlint.readers.terraform.read import read_stack
from costlint.readers.terraform.sourcing.lock import LOCK_NAME
from costlint.sources import DirectorySource


def fetched(**options: bool) -> Outcome:
    return fetch(["."], Config(), Options(**options), lambda *_: None)


def failures(outcome: Outcome) -> list[str]:
    return [why for _, why in outcome.failures]


def types() -> dict[str, object]:
    """The volume types a scan would see, by address; nothing of the fetching is shared with it."""
    stack = read_stack(TerraformFiles(DirectorySource(".")), "")
    return {each.address: each.attributes["type"] for each in stack.resources}


def pins() -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(Path(LOCK_NAME).read_text())["modules"]
    return found
