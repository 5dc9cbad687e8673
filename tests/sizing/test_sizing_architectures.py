"""Accelerators newer than most images."""

from __future__ import annotations

import pytest

from costlint.catalog import Catalog
from costlint.sizing.architectures import is_new, is_ready_for
from costlint.sizing.engines import engine_defaults
from costlint.sizing.server import Engine


@pytest.mark.parametrize(
    ("engine", "tag", "accelerator", "ready"),
    [
        ("vllm", "v0.10.0", "RTX-PRO-6000", False),
        ("vllm", "v0.11.0", "RTX-PRO-6000", True),
        ("vllm", "latest", "B200", True),
        ("tgi", "3.3.4", "B200", False),
        ("tgi", "2.3", "H100", True),
    ],
)
def test_an_image_runs_on_what_it_has_kernels_for(engine: Engine, tag: str, accelerator: str, ready: bool) -> None:
    known = Catalog().accelerator(accelerator)
    assert known is not None
    assert is_ready_for(engine_defaults(engine, tag), known) is ready


def test_hopper_is_no_longer_new() -> None:
    known = Catalog().accelerator("H100")
    assert known is not None
    assert not is_new(known)
