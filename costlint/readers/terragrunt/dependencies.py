"""`dependency` blocks: what another unit gives back is not known before it is deployed, unless it is mocked.

Mocks are taken at their word, as `terragrunt plan` does before the other unit exists; text from them still says that
it stands for another unit's output, so that nothing is concluded from who refers to it. A mock that is
null says nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from costlint.model import UNKNOWN, LinkedStr, PartialMap, Reference
from costlint.readers.terraform.syntax.ast import Block

if TYPE_CHECKING:
    from costlint.readers.terragrunt.configs import Config


def names(config: Config) -> dict[str, None]:
    """The dependencies a file can refer to, those of its includes among them."""
    blocks = (block for each in config.merged_with() for block in each.blocks_of("dependency"))
    return {block.labels[0]: None for block in blocks if block.labels}


def exposed(config: Config, name: str) -> dict[str, object]:
    """What `dependency.name` is."""
    outputs: object = UNKNOWN
    found = _mock(config, name)
    if found is not None:
        owner, block = found
        mocks = owner.value(block.body.attributes["mock_outputs"])
        if isinstance(mocks, dict):
            outputs = PartialMap(
                {key: _marked(value, Reference(f"dependency.{name}", key)) for key, value in mocks.items()}
            )
    return {"outputs": outputs, "inputs": UNKNOWN}


def _mock(config: Config, name: str) -> tuple[Config, Block] | None:
    for each in config.merged_with():
        for block in each.blocks_of("dependency"):
            if block.labels[:1] == (name,) and "mock_outputs" in block.body.attributes:
                return each, block
    return None


def _marked(value: object, output: Reference) -> object:
    """A mocked value that says what it stands for. A mock holds what somebody needed: its maps may lack keys."""
    if isinstance(value, str):
        return LinkedStr(value, (output,))
    if isinstance(value, list):
        return type(value)([_marked(item, output) for item in value])
    if isinstance(value, dict):
        return PartialMap({key: _marked(item, output) for key, item in value.items()})
    return output if value is None else value
