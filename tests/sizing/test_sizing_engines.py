"""What engines run at a time where nothing is said depends on their version and on the device."""

import pytest

from costlint.catalog import Catalog
from costlint.sizing.devices import device
from costlint.sizing.engines import batch_defaults, engine_defaults, least_sequences
from costlint.sizing.server import Engine


@pytest.mark.parametrize(
    ("engine", "tag", "accelerator", "sequences"),
    [
        ("vllm", None, "H100", 1024),
        ("vllm", None, "A100-80GB", 256),
        ("vllm", None, "L4", 256),
        ("vllm", "v0.7.3", "H100", 256),
        ("tgi", None, "H100", 128),
        ("lmdeploy", None, "H200", 1024),
        ("lmdeploy", "v0.18.0", "A100-40GB", 384),
        ("lmdeploy", None, "L4", 128),
        ("lmdeploy", "v0.6.0", "H100", 512),
        ("lmdeploy", "v0.6.0", "H200", 128),
    ],
)
def test_requests_at_a_time(engine: Engine, tag: str | None, accelerator: str, sequences: int) -> None:
    found = Catalog().accelerator(accelerator)
    assert found is not None
    assert batch_defaults(engine_defaults(engine, tag), device(found), 4096).sequences == sequences


def test_the_smallest_device_runs_the_fewest() -> None:
    assert [least_sequences(engine_defaults(name)) for name in ("vllm", "lmdeploy", "ollama")] == [256, 128, 1]
