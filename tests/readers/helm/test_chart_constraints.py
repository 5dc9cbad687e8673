"""Version constraints choose as Helm does."""

from __future__ import annotations

import pytest

from costlint.readers.helm.constraints import ConstraintError, newest

PUBLISHED = ["0.1.5", "0.2.0", "1.0.0", "1.2.3", "1.2.10", "1.3.0", "v2.0.0", "2.1.0-rc.1", "10.0.0-alpha", "nonsense"]


@pytest.mark.parametrize(
    ("constraint", "chosen"),
    [
        ("", "v2.0.0"),
        ("*", "v2.0.0"),
        ("1.2.3", "1.2.3"),
        ("=1.0.0", "1.0.0"),
        ("2.0.0", "v2.0.0"),
        ("^1.0.0", "1.3.0"),
        ("^0.1.0", "0.1.5"),
        ("^0", "0.2.0"),
        ("~1.2.0", "1.2.10"),
        ("~1", "1.3.0"),
        ("1.2.x", "1.2.10"),
        ("1", "1.3.0"),
        ("1.X", "1.3.0"),
        (">=1.0.0 <1.3.0", "1.2.10"),
        (">= 1.0.0, < 1.2.10", "1.2.3"),
        ("<=1.2", "1.2.10"),
        (">1.2", "v2.0.0"),
        ("!=2.0.0", "1.3.0"),
        ("1.0 - 1.2", "1.2.10"),
        ("<1.0.0 || ~1.2.0", "1.2.10"),
        (">=2.0.0-0", "10.0.0-alpha"),
        ("~2.1.0-rc.0", "2.1.0-rc.1"),
        ("2.1.0-rc.1", "2.1.0-rc.1"),
        (">3", None),
    ],
)
def test_the_newest_version_that_fits_is_chosen(constraint: str, chosen: str | None) -> None:
    assert newest(PUBLISHED, constraint) == chosen


def test_a_version_with_a_number_nobody_would_publish_is_none() -> None:
    assert newest([f"1.{'9' * 5000}.0", "1.0.0"], ">=1.0.0") == "1.0.0"


@pytest.mark.parametrize("constraint", ["latest", ">=", "1.2.3.4.5 ~~", "^^1"])
def test_what_is_no_constraint_is_said(constraint: str) -> None:
    with pytest.raises(ConstraintError, match="is no version constraint"):
        newest(PUBLISHED, constraint)
