"""Which module estimates a type, from a checkout and with the index of an installed costlint."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import msgspec

from costlint.pricing.estimators import estimated_types, estimator_of, index_of_estimators

ASK = """
import json, sys
from pathlib import Path
from costlint.pricing import estimators
estimators.INDEX = Path(sys.argv[1])
kinds = json.loads(sys.argv[2])
found = [getattr(estimators.estimator_of(provider, kind), "__module__", None) for provider, kind in kinds]
print(json.dumps([found, sorted(name for name in sys.modules if name.startswith("costlint.pricing."))]))
"""


def ask(index: Path, *kinds: tuple[str, str]) -> tuple[list[str | None], list[str]]:
    done = subprocess.run(
        [sys.executable, "-c", ASK, str(index), json.dumps(kinds)], capture_output=True, text=True, check=True
    )
    found, modules = json.loads(done.stdout)
    return found, modules


def test_the_index_names_the_module_of_every_estimator() -> None:
    index = msgspec.msgpack.decode(index_of_estimators(), type=dict[str, str])
    assert set(index) == estimated_types()
    assert all((estimator := estimator_of("", kind)) and estimator.__module__ == name for kind, name in index.items())


def test_with_an_index_only_the_modules_of_the_types_met_are_imported(tmp_path: Path) -> None:
    index = tmp_path / "estimators.msgpack"
    index.write_bytes(index_of_estimators())
    found, modules = ask(index, ("aws", "aws_nat_gateway"), ("aws", "aws_iam_role"), ("other", "null_resource"))
    assert found == ["costlint.pricing.aws.nat", None, None]
    assert not {name for name in modules if name.startswith(("costlint.pricing.gcp", "costlint.pricing.azure"))}
    assert "costlint.pricing.aws.rds" not in modules


def test_without_an_index_the_modules_of_the_provider_are_searched(tmp_path: Path) -> None:
    found, modules = ask(tmp_path / "none", ("gcp", "google_compute_disk"), ("gcp", "google_nothing"))
    assert found == ["costlint.pricing.gcp.disks", None]
    assert not any(name.startswith("costlint.pricing.azure.") for name in modules)
