"""`costlint prices update` as people run it."""

from __future__ import annotations

from pathlib import Path

import pytest
from loopback import LoopbackServer
from updating.price_lists import Amazon, Microsoft, box, disk, offer_file

from costlint.cli import costlint
from costlint.cli.failures import run


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COSTLINT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_an_update_says_what_came_of_it(
    directory: Path, server: LoopbackServer, capsys: pytest.CaptureFixture[str]
) -> None:
    Microsoft(server, Storage=[[disk("P10", 21.68), disk("P10", 0.1, type="Other")]])
    asked = ("prices", "update", "azure", "--regions", "westeurope", "--services", "Storage", "--endpoint", server.url)
    assert run(costlint, list(asked)) == 0
    said = capsys.readouterr().out
    assert said == "azure: 1 prices out of 2 rows, in westeurope\n  left out: 1 (no name here)\n"


def test_the_regions_fetched_before_are_fetched_again(
    directory: Path, server: LoopbackServer, capsys: pytest.CaptureFixture[str]
) -> None:
    Amazon(server).serve("AmazonEC2", "eu-west-1", offer_file("AmazonEC2", [box("m7i.large", "0.1")]))
    asked = ["prices", "update", "aws", "--services", "AmazonEC2", "--endpoint", server.url]
    assert run(costlint, [*asked, "--regions", "eu-west-1"]) == 0
    assert run(costlint, asked) == 0
    assert capsys.readouterr().out.count("in eu-west-1") == 2


def test_the_region_of_the_configuration_is_the_first_to_be_fetched(
    directory: Path, server: LoopbackServer, capsys: pytest.CaptureFixture[str]
) -> None:
    (directory / ".costlint.yaml").write_text("region: {azure: northeurope}\n")
    microsoft = Microsoft(server, Storage=[[disk("P10", 20)]])
    assert run(costlint, ["prices", "update", "azure", "--services", "Storage", "--endpoint", server.url, "-q"]) == 0
    assert "northeurope" in microsoft.server.requests[0].path
    assert capsys.readouterr().out == ""


def test_a_failed_update_is_a_sentence_and_exit_code_3(
    directory: Path, server: LoopbackServer, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["prices", "update", "azure", "--services", "Disks", "--endpoint", server.url]
    assert run(costlint, asked) == 3
    assert 'costlint: there is no price list "Disks" to fetch' in capsys.readouterr().err
