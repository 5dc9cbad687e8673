"""Addresses of instances, blocks and modules, and where `moved` blocks say they were."""

from __future__ import annotations

import re
from collections.abc import Iterable

_INDEX = re.compile(r'\[(?:"(?:\\.|[^"\\])*"|[^\[\]"]*)\]')
_LAST_INDEX = re.compile(rf"{_INDEX.pattern}$")
_MODULES = re.compile(r'(?:^|(?<=\.))module\.[^.\[]+(?:\[(?:"(?:\\.|[^"\\])*"|[^\[\]"]*)\])?\.')
_MOST_MOVES = 100


def block_of(address: str) -> str:
    """The block an instance comes from, its module's instances taken together: `module.a["x"].aws_instance.b[0]` →
    `module.a.aws_instance.b`."""
    return _INDEX.sub("", address) if "[" in address else address


def keys_of(address: str) -> tuple[str, ...]:
    """The keys that tell an instance from the others of its block, outermost first."""
    return tuple(_INDEX.findall(address)) if "[" in address else ()


def levels(address: str) -> list[tuple[str, str]]:
    """What an instance is in, and at last itself, each without and with its own key: `module.a["x"].aws_instance.b[0]`
    → `module.a`, `module.a["x"]`; `module.a["x"].aws_instance.b`, `module.a["x"].aws_instance.b[0]`."""
    ends, start = [], 0
    while (module := _MODULES.match(address, start)) is not None:
        start = module.end()
        ends.append(start - 1)
    return [(_LAST_INDEX.sub("", whole), whole) for whole in (*(address[:end] for end in ends), address)]


def within(address: str) -> str:
    """An address without the modules it is in: `aws_instance.b[0]`."""
    return _MODULES.sub("", address)


def before_moves(address: str, moves: Iterable[tuple[str, str]]) -> str:
    """The address something had before the moves that lead to it; the same if none does. A move of a module or of a
    block is one of everything in it; `aws_instance.a` and `aws_instance.a[0]` are told apart, as Terraform does."""
    known = list(moves)
    seen = {address}
    for _ in range(_MOST_MOVES):
        for before, after in known:
            if address == after or (address.startswith(after) and address[len(after)] in ".["):
                moved = before + address[len(after) :]
                if moved not in seen:
                    seen.add(moved)
                    address = moved
                    break
        else:
            break
    return address
