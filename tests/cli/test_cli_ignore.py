"""`costlint ignore`: from what is on the screen to a line in the configuration, and what a scan makes of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from git_repositories import PROVIDER, REDIS

Run = Callable[..., Any]

DISK = """\
resource "aws_ebs_volume" "{name}" {{
  availability_zone = "us-east-1a"
  size              = 1000
  type              = "{kind}"
}}
"""
MAIN = 'provider "aws" {\n  region = "us-east-1"\n}\n' + "".join(
    DISK.format(name=name, kind="gp2") for name in ("one", "two", "three")
)


@pytest.fixture
def infra(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra/main.tf").write_text(MAIN)
    return tmp_path


def scanned(run_costlint: Run, *options: str) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(run_costlint("scan", "infra", "--format", "json", *options).out)
    return report


def prints(run_costlint: Run) -> dict[str, str]:
    found = scanned(run_costlint)["findings"]
    return {one["address"].rpartition(".")[2]: one["fingerprint"] for one in found}


def warnings(run_costlint: Run, *options: str) -> list[str]:
    return [one["message"] for one in scanned(run_costlint, *options)["diagnostics"] if one["severity"] == "warning"]


def test_an_accepted_finding_is_gone_and_counted(run_costlint: Run, infra: Path) -> None:
    one = prints(run_costlint)["one"]
    done = run_costlint("ignore", one[:8], "--reason", "  the vendor\tsays so ")
    assert (done.code, done.err) == (0, "")
    assert done.out == f"STO001 gp2-volume at infra/main.tf:7: accepted ({one[:8]} in .costlint.yaml)\n"
    report = scanned(run_costlint)
    assert {each["address"] for each in report["findings"]} == {"aws_ebs_volume.two", "aws_ebs_volume.three"}
    assert [(each["fingerprint"], each["suppressed"]) for each in report["suppressed"]] == [(one, "the vendor says so")]
    assert report["totals"]["saving"]["likely"] == 40
    assert "1 finding suppressed" in run_costlint("scan", "infra").out


def test_what_is_accepted_is_listed_with_its_end_and_place(run_costlint: Run, infra: Path) -> None:
    one = prints(run_costlint)["one"]
    run_costlint("ignore", one, "--reason", "vendor", "--until", "2999-12-31")
    assert "vendor, until 2999-12-31 (.costlint.yaml)" in run_costlint("scan", "infra", "--all").out
    assert "suppressed: vendor, until 2999-12-31 (.costlint.yaml)" in run_costlint("explain", "infra/main.tf:7").out
    text = (infra / "infra" / "main.tf").read_text().splitlines()
    text[6] += " # costlint:ignore=STO001 agreed until=2998-12-31"
    (infra / "infra" / "main.tf").write_text("\n".join(text))
    assert "agreed, until 2998-12-31 (infra/main.tf:7)" in run_costlint("scan", "infra", "--all").out


def test_where_a_person_needs_it_the_fingerprint_is_shown(run_costlint: Run, infra: Path) -> None:
    one = prints(run_costlint)["one"]
    assert re.search(rf"infra/main\.tf:\S+  STO001  {one[:8]}", run_costlint("scan", "infra", "--all").out)
    assert one[:8] not in run_costlint("scan", "infra").out
    assert re.search(rf"fingerprint +{one}", run_costlint("explain", "infra/main.tf:4").out)


def test_several_are_accepted_at_once_and_again_with_another_reason(run_costlint: Run, infra: Path) -> None:
    (infra / ".costlint.yaml").write_text("# ours\nregion: us-east-1 # here\n")
    found = prints(run_costlint)
    assert run_costlint("ignore", found["one"], found["two"], "--reason", "old").code == 0
    again = run_costlint("ignore", found["two"], "--reason", "new", "--until", "2999-12-31")
    assert "accepted with another reason until 2999-12-31" in again.out
    text = (infra / ".costlint.yaml").read_text()
    assert text.startswith("# ours\nregion: us-east-1 # here\n\nwaivers:\n")
    assert text.count("fingerprint:") == 2
    assert {each["suppressed"] for each in scanned(run_costlint)["suppressed"]} == {"old", "new"}


def test_a_waiver_that_is_over_counts_no_longer_and_is_said_in_one_line(run_costlint: Run, infra: Path) -> None:
    for name in ("one", "two"):
        run_costlint("ignore", prints(run_costlint)[name], "--reason", "for now", "--until", "2999-12-31")
    config = infra / ".costlint.yaml"
    config.write_text(config.read_text().replace("2999-12-31", "2026-01-31"))
    found = prints(run_costlint)
    assert set(found) == {"one", "two", "three"}
    assert warnings(run_costlint) == [
        f"2 waivers ended, what they accept counts again: {found['one'][:8]} on 2026-01-31, "
        f"{found['two'][:8]} on 2026-01-31"
    ]
    assert set(prints_as_of(run_costlint, "2026-01-31")) == {"three"}


def prints_as_of(run_costlint: Run, day: str) -> list[str]:
    return [one["address"].rpartition(".")[2] for one in scanned(run_costlint, "--as-of", day)["findings"]]


def test_a_stale_waiver_is_reported_in_an_audit_of_everything(run_costlint: Run, infra: Path) -> None:
    one = prints(run_costlint)["one"]
    run_costlint("ignore", one, "--reason", "agreed")
    (infra / "infra/main.tf").write_text(MAIN.replace("gp2", "gp3", 1))
    stale = f"the waiver {one[:8]} (STO001) holds nothing back: remove it"
    assert warnings(run_costlint) == []
    assert stale not in warnings(run_costlint, "--profile", "audit")  # infra is not all the configuration is for
    report = json.loads(run_costlint("scan", ".", "--profile", "audit", "--format", "json").out)
    assert stale in [each["message"] for each in report["diagnostics"]]
    report = json.loads(run_costlint("scan", ".", "--profile", "audit", "--ignore", "STO001", "--format", "json").out)
    assert stale not in [each["message"] for each in report["diagnostics"]]


def test_an_entry_without_a_reason_holds_and_is_said(run_costlint: Run, infra: Path) -> None:
    one = prints(run_costlint)["one"]
    (infra / ".costlint.yaml").write_text(f'waivers: [{{fingerprint: "{one}", rule: NOPE9}}]\n')
    assert set(prints(run_costlint)) == {"two", "three"}
    assert warnings(run_costlint) == [f"1 waiver without a reason: say it for {one[:8]}"]
    assert f'the waiver {one[:8]} names "NOPE9", which is no rule' in warnings(run_costlint, "--profile", "audit")


def test_a_finding_several_stacks_share_is_accepted_for_all_of_them(run_costlint: Run, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    call = 'provider "aws" {\n  region = "us-east-1"\n}\nmodule "m" {\n  source = "../../modules/m"\n}\n'
    files = {"modules/m/main.tf": DISK.format(name="d", kind="gp2")} | {
        f"infra/{name}/main.tf": call for name in ("dev", "prod")
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (one,) = {each["fingerprint"] for each in scanned(run_costlint)["findings"]}
    run_costlint("ignore", one, "--reason", "agreed")
    assert scanned(run_costlint)["findings"] == []
    assert json.loads(run_costlint("scan", "infra/prod", "--format", "json").out)["findings"] == []


def test_what_a_module_from_elsewhere_wastes_is_accepted_for_every_call_it_is_told_for(
    run_costlint: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = "git::https://git.example.com/acme/disks.git?ref=v1"
    call = f'provider "aws" {{\n  region = "us-east-1"\n}}\nmodule "m" {{\n  source = "{source}"\n}}\n'
    files = {
        "acme/disks/main.tf": DISK.format(name="d", kind="gp2"),
        "repo/.git/HEAD": "",
        "repo/.costlint.yaml": "modules: [{match: git.example.com/acme/*, path: ../acme/*}]\nprofile: audit\n",
        **{f"repo/infra/{name}/main.tf": call for name in ("dev", "prod")},
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path / "repo")
    (found,) = (each for each in scanned(run_costlint)["findings"] if each["rule"] == "STO001")
    assert len({one["fingerprint"] for one in found["stacks"]}) == 2
    run_costlint("ignore", found["fingerprint"], "--reason", "acme will see to it")
    assert [each for each in scanned(run_costlint)["findings"] if each["rule"] == "STO001"] == []
    for name in ("dev", "prod"):
        (tmp_path / f"repo/infra/{name}/main.tf").write_text("# moved\n\n" + call.replace("v1", "v2"))
    assert [each for each in scanned(run_costlint)["findings"] if each["rule"] == "STO001"] == []


def test_what_only_an_audit_shows_can_be_accepted(run_costlint: Run, infra: Path) -> None:
    found = scanned(run_costlint, "--profile", "audit")["findings"]
    audit = next(each for each in found if each["rule"] != "STO001")
    assert run_costlint("ignore", audit["fingerprint"], "--reason", "agreed").code == 0
    left = scanned(run_costlint, "--profile", "audit")["findings"]
    assert audit["fingerprint"] not in {each["fingerprint"] for each in left}


def test_the_table_of_a_pyproject_is_used_where_that_is_the_configuration(run_costlint: Run, infra: Path) -> None:
    (infra / "pyproject.toml").write_text('# ours\n[tool.costlint]\nregion = "us-east-1"\n')
    one = prints(run_costlint)["one"]
    assert "in pyproject.toml)" in run_costlint("ignore", one, "--reason", "agreed").out
    assert (infra / "pyproject.toml").read_text().startswith('# ours\n[tool.costlint]\nregion = "us-east-1"\n\n[[')
    assert not (infra / ".costlint.yaml").exists()
    assert set(prints(run_costlint)) == {"two", "three"}


def test_from_a_directory_below_the_configuration_above_is_used(
    run_costlint: Run, infra: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = prints(run_costlint)["one"]
    monkeypatch.chdir(infra / "infra")
    assert "../.costlint.yaml" in run_costlint("ignore", one, "--reason", "agreed").out
    assert "waivers:" in (infra / ".costlint.yaml").read_text()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("{one}",), 'say it with --reason "…"'),
        (("{one}", "--reason", "  "), 'say it with --reason "…"'),
        (("{one}", "--reason", "a\x1b[1mb"), "--reason: this is not plain text"),
        (("{one}", "--reason", "x", "--until", "2020-01-01"), "2020-01-01 is over already"),
        (("{one}", "--reason", "x", "--until", "soon"), '"soon" is no date such as 2026-11-30'),
        (("STO001", "--reason", "x"), '"STO001" is no fingerprint'),
        (("abc", "--reason", "x"), '"abc" is no fingerprint'),
        (("0000dead", "--reason", "x"), "no finding in the current directory has the fingerprint 0000dead"),
        (("{one}", "--reason", "x", "--no-config"), "--no-config leaves no place for it"),
        ((), "Missing argument"),
    ],
)
def test_what_cannot_be_accepted_is_refused_and_nothing_is_written(
    run_costlint: Run, infra: Path, arguments: tuple[str, ...], complaint: str
) -> None:
    one = prints(run_costlint)["one"]
    done = run_costlint("ignore", *(each.replace("{one}", one) for each in arguments))
    assert done.code == 2
    assert complaint in done.err
    assert not (infra / ".costlint.yaml").exists()


def test_what_a_comment_accepts_already_is_said(run_costlint: Run, infra: Path) -> None:
    one = prints(run_costlint)["one"]
    (infra / "infra/main.tf").write_text(MAIN.replace('"gp2"', '"gp2" # costlint:ignore=STO001 agreed', 1))
    done = run_costlint("ignore", one, "--reason", "x")
    assert (done.code, "is accepted already, by a comment (agreed)" in done.err) == (2, True)


def test_a_beginning_of_several_is_refused_with_all_of_them(
    run_costlint: Run, infra: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "costlint.policy.findings.fingerprint", lambda rule, place, patch: f"{'abcd':0<15}{len(place) % 10}"
    )
    done = run_costlint("ignore", "abcd", "--reason", "x")
    assert done.code == 2
    assert "abcd is the beginning of " in done.err
    assert done.err.count(" at infra/main.tf:") == 2


def test_what_a_better_finding_hides_is_accepted_too(run_costlint: Run, infra: Path) -> None:
    (infra / "infra/main.tf").write_text(PROVIDER + REDIS)
    better = scanned(run_costlint)["findings"][0]["fingerprint"]
    run_costlint("ignore", better, "--reason", "we stay with Redis")
    (surfaced,) = scanned(run_costlint)["findings"]
    assert surfaced["rule"] == "DAT002"
    done = run_costlint("ignore", surfaced["fingerprint"], "--reason", "after the move")
    assert (done.code, done.err) == (0, "")
    assert scanned(run_costlint)["findings"] == []


def test_what_a_comment_accepts_is_not_accepted_again(run_costlint: Run, infra: Path) -> None:
    one = prints(run_costlint)["one"]
    run_costlint("baseline", "write")
    (infra / "infra/main.tf").write_text(MAIN.replace('"gp2"', '"gp2" # costlint:ignore=STO001 agreed', 1))
    refused = run_costlint("ignore", one, "--reason", "vendor")
    assert refused.code == 2
    assert "is accepted already, by a comment (agreed)" in refused.err
