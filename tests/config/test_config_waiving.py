"""Waivers written into configuration files: the text around them stays."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costlint.config import ConfigError, Waiver, read_config
from costlint.config.waiving import NewWaiver, write_waivers

ONE, TWO = "3f2a9c1d00000001", "0000000000000002"
DAY = datetime.date(2027, 3, 31)


def waived(
    folder: Path, text: str | None, *new: Waiver, name: str = ".costlint.yaml", about: str = ""
) -> tuple[str, tuple[Waiver, ...]]:
    """What the file says afterwards, as text and as settings."""
    path = folder / name
    if text is not None:
        path.write_bytes(text.encode())
    write_waivers(path, [NewWaiver(waiver, about) for waiver in new])
    return path.read_bytes().decode(), read_config(path).waivers


def test_a_file_that_is_not_there_is_made(tmp_path: Path) -> None:
    text, found = waived(tmp_path, None, Waiver(ONE, "agreed", DAY, "STO001"), about="main.tf: aws_ebs_volume.data")
    assert text == (
        "waivers:\n"
        f'  - fingerprint: "{ONE}"  # main.tf: aws_ebs_volume.data\n'
        "    rule: STO001\n"
        '    reason: "agreed"\n'
        "    until: 2027-03-31\n"
    )
    assert found == (Waiver(ONE, "agreed", DAY, "STO001"),)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("# ours\nregion: eu-west-1 # here\n", "# ours\nregion: eu-west-1 # here\n\nwaivers:\n  {entry}"),
        ("region: eu-west-1", "region: eu-west-1\n\nwaivers:\n  {entry}"),
        ("# nothing yet\n", "# nothing yet\n\nwaivers:\n  {entry}"),
        ("", "waivers:\n  {entry}"),
        ("waivers:\nregion: eu-west-1\n", "waivers:\n  {entry}region: eu-west-1\n"),
        ("waivers: []  # none yet\nbudget: 1\n", "waivers: [{flow}]  # none yet\nbudget: 1\n"),
        ("region: x\r\nbudget: 1\r\n", "region: x\r\nbudget: 1\r\n\r\nwaivers:\r\n  {entry}"),
    ],
)
def test_the_first_one_goes_where_it_fits(tmp_path: Path, before: str, after: str) -> None:
    text, found = waived(tmp_path, before, Waiver(ONE, "agreed"))
    entry = f'- fingerprint: "{ONE}"\n    reason: "agreed"\n'.replace("\n", "\r\n" if "\r" in before else "\n")
    flow = f'{{fingerprint: "{ONE}", reason: "agreed"}}'
    assert text == after.replace("{entry}", entry).replace("{flow}", flow)
    assert found == (Waiver(ONE, "agreed"),)


HELD = f"""\
# what we live with
waivers:
- fingerprint: "{TWO}"   # the old disks
  reason: >
    a long story,
    told elsewhere
  # until: never

# rules we do not need
ignore: [CMP004]
"""


def test_another_one_follows_those_that_are_there(tmp_path: Path) -> None:
    text, found = waived(tmp_path, HELD, Waiver(ONE, "agreed", DAY))
    added = f'\n- fingerprint: "{ONE}"\n  reason: "agreed"\n  until: 2027-03-31'
    assert text == HELD.replace("told elsewhere", f"told elsewhere{added}")
    assert [each.fingerprint for each in found] == [TWO, ONE]


def test_the_same_one_again_gets_the_new_reason_and_end(tmp_path: Path) -> None:
    text, found = waived(tmp_path, HELD, Waiver(TWO, 'now "short"', DAY, "STO001"))
    assert found == (Waiver(TWO, 'now "short"', DAY),)
    assert text == HELD.replace(">\n    a long story,\n    told elsewhere", '"now \\"short\\""\n  until: 2027-03-31')
    again, found = waived(tmp_path, None, Waiver(TWO, "for good"))
    assert found == (Waiver(TWO, "for good"),)
    assert again == HELD.replace(">\n    a long story,\n    told elsewhere", '"for good"')


def test_entries_on_one_line_stay_on_it(tmp_path: Path) -> None:
    line = f'waivers: [{{fingerprint: "{TWO}", reason: old}}] # short\n'
    text, found = waived(tmp_path, line, Waiver(ONE, "agreed"), Waiver(TWO, "new", DAY))
    assert found == (Waiver(TWO, "new", DAY), Waiver(ONE, "agreed"))
    assert text.count("\n") == 1
    assert text.endswith("] # short\n")


PYPROJECT = """\
[project]
name = "infra"  # ours

[tool.costlint]
region = "eu-west-1"

[tool.ruff]
line-length = 100
"""


def test_a_table_is_added_to_a_pyproject(tmp_path: Path) -> None:
    text, found = waived(tmp_path, PYPROJECT, Waiver(ONE, "agreed", DAY, "STO001"), name="pyproject.toml", about="x")
    assert text == PYPROJECT + (
        f'\n[[tool.costlint.waivers]]\nfingerprint = "{ONE}"  # x\nrule = "STO001"\nreason = "agreed"\n'
        "until = 2027-03-31\n"
    )
    assert found == (Waiver(ONE, "agreed", DAY, "STO001"),)


def test_a_table_of_a_pyproject_is_changed(tmp_path: Path) -> None:
    tables = "".join(
        f"\n[[tool.costlint.waivers]] # one\nfingerprint = \"{mark}\"\nreason = 'old' # why\n" for mark in (ONE, TWO)
    )
    text, found = waived(tmp_path, PYPROJECT + tables, Waiver(TWO, "new", DAY), name="pyproject.toml")
    assert found == (Waiver(ONE, "old"), Waiver(TWO, "new", DAY))
    assert text.replace('"new" # why\nuntil = 2027-03-31', "'old' # why") == PYPROJECT + tables
    text, found = waived(tmp_path, None, Waiver(TWO, "old"), name="pyproject.toml")
    assert found == (Waiver(ONE, "old"), Waiver(TWO, "old"))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".costlint.yaml", "{region: eu-west-1}\n"),
        (".costlint.yaml", "region: eu-west-1\n...\n"),
        (".costlint.yaml", "waivers: null\n"),
        ("pyproject.toml", f'[tool.costlint]\nwaivers = [{{fingerprint = "{TWO}", reason = "x"}}]\n'),
    ],
)
def test_what_cannot_be_added_to_safely_is_left_alone_and_said(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(ConfigError, match=r"(?s)write yourself:.*fingerprint.*agreed"):
        write_waivers(path, [NewWaiver(Waiver(ONE, "agreed"))])
    assert path.read_text() == text
    assert [each.name for each in tmp_path.iterdir()] == [name]


def test_a_link_still_leads_to_the_file_and_its_mode_stays(tmp_path: Path) -> None:
    shared = tmp_path / "shared.yaml"
    shared.write_text("region: eu-west-1\n")
    shared.chmod(0o640)
    (tmp_path / ".costlint.yaml").symlink_to(shared)
    waived(tmp_path, None, Waiver(ONE, "agreed"))
    assert (tmp_path / ".costlint.yaml").is_symlink()
    assert "agreed" in shared.read_text()
    assert shared.stat().st_mode & 0o777 == 0o640


def test_a_byte_order_mark_stays(tmp_path: Path) -> None:
    text, found = waived(tmp_path, "\ufeffregion: eu-west-1\n", Waiver(ONE, "agreed"))
    assert text.startswith("\ufeffregion")
    assert len(found) == 1


reasons = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1).filter(str.isprintable)


@given(reasons, st.sampled_from([".costlint.yaml", "pyproject.toml"]))
def test_any_printable_reason_is_read_as_it_was_given(
    tmp_path_factory: pytest.TempPathFactory, reason: str, name: str
) -> None:
    folder = tmp_path_factory.mktemp("any")
    _, found = waived(folder, None, Waiver(ONE, "first"), Waiver(TWO, "second"), Waiver(ONE, reason), name=name)
    assert found == (Waiver(ONE, reason), Waiver(TWO, "second"))


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        ("{fingerprint: 3f2a, reason: x}", "16 digits and letters"),
        ("{fingerprint: 1234567890123456, reason: x}", "expected text, not a number"),
        ("{reason: x}", 'the key "fingerprint" is missing'),
        (f'{{fingerprint: "{ONE}", until: soon}}', "a date such as"),
        (f'{{fingerprint: "{ONE}", untill: 2027-01-01}}', 'did you mean "until"'),
    ],
)
def test_a_mistake_in_a_waiver_has_its_place(tmp_path: Path, entry: str, complaint: str) -> None:
    path = tmp_path / ".costlint.yaml"
    path.write_text(f"waivers:\n  - {entry}\n")
    with pytest.raises(ConfigError, match=rf"\.costlint\.yaml:2:\d+: waivers\.0.*{complaint}"):
        read_config(path)
