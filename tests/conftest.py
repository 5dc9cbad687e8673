"""Settings for every test: a busy machine makes nothing fail, and the user's cache changes nothing."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("costlint", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("costlint")


@pytest.fixture(autouse=True)
def no_fetched_prices(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the user of this machine has in the cache moves no test."""
    monkeypatch.setenv("COSTLINT_CACHE_DIR", str(tmp_path_factory.getbasetemp() / "no-cache"))
