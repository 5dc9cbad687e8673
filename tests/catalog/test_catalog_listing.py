"""`python -m costlint.catalog`: prices by hand."""

from __future__ import annotations

import pytest

from costlint.catalog.__main__ import main


def test_matching_skus_and_shapes_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["aws", "us-east-1", "g5.x"]) == 0
    shown = capsys.readouterr().out
    assert "g5.xlarge  4 vCPU, 16 GiB, 1 × A10G 24 GiB  1.006/hour  2026-07-20" in shown
    assert "sagemaker.instance-ml.g5.xlarge  1.41/hour" in shown


def test_inferred_prices_carry_a_tilde(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["aws", "af-south-1", "c6gd.2xlarge"]) == 0
    assert "~0.41201/hour" in capsys.readouterr().out


def test_nothing_found_says_so_and_exits_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["azure", "mars", "warp"]) == 1
    assert capsys.readouterr().out == "nothing in mars matches 'warp'\n"


def test_an_unknown_provider_is_refused() -> None:
    with pytest.raises(SystemExit):
        main(["ibm", "x"])
