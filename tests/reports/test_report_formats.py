from __future__ import annotations

import pytest
from hostile import TEXTS, everywhere
from sample_reports import finding, report

from costlint.reports.formats import FORMATS, Look, write
from costlint.reports.layout import plain

_LOOK = Look(100, False, False, plain)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_writes_findings_and_a_clean_run(name: str) -> None:
    for source in (report(finding()), report()):
        text = write(source, name, _LOOK)
        assert text.endswith("\n") or (name == "compact" and not text)
    assert "STO001" in write(report(finding()), name, _LOOK)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_no_format_passes_on_what_acts_on_a_terminal_or_cannot_be_written(name: str, text: str) -> None:
    written = write(everywhere(text), name, _LOOK)
    assert written.encode("utf-8")
    assert not any(character in written for character in "\x1b\x00\x07\u202e\u2028")


def test_there_is_no_other_format() -> None:
    with pytest.raises(KeyError):
        write(report(), "xml", _LOOK)
