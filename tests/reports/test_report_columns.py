from __future__ import annotations

import pytest

from costlint.reports.columns import table

_ROWS = [["p4d.24xlarge-of-a-long-name", "eu-central-1", "2026-07-20"], ["x", "us-east-1", "2024-09-28"]]


@pytest.mark.parametrize("width", [0, 20, 40, 400])
def test_a_date_is_never_dropped(width: int) -> None:
    lines = table(["machine", "region", "date"], _ROWS, width=width)
    assert [line.endswith(row[-1]) for line, row in zip(lines[1:], _ROWS, strict=True)] == [True, True]


def test_only_prose_at_the_end_is_cut_and_not_where_any_width_will_do() -> None:
    rows = [["a", "2026-07-20", "a source of many words " * 5]]
    head = ["", "date", "source"]
    assert table(head, rows, width=60)[1].endswith("…")
    assert "2026-07-20" in table(head, rows, width=30)[1]
    assert table(head, rows, width=0)[1].endswith("words")
