"""Text read from another resource works everywhere text does, and no odd argument brings a function down."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costlint.model import UNKNOWN, LinkedStr, Reference
from costlint.readers.terraform.functions import FunctionError, call, every_function

SOURCE = (Reference("aws_s3_bucket.a", "bucket"),)

_plain = st.none() | st.booleans() | st.integers(-3, 40) | st.floats(-2, 2) | st.text(max_size=6) | st.just(UNKNOWN)
_values = st.recursive(
    _plain | st.text(max_size=4).map(lambda text: LinkedStr(text, SOURCE)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("yamldecode", "a: 1"),
        ("jsondecode", '{"a": 1}'),
        ("csvdecode", "a\n1"),
        ("base64decode", "YQ=="),
        ("base64encode", "a"),
        ("upper", "a"),
        ("sha256", "a"),
        ("urlencode", "a b"),
        ("parseint", "10"),
        ("cidrhost", "10.0.0.0/8"),
        ("formatdate", "YYYY"),
        ("timeadd", "2026-01-01T00:00:00Z"),
    ],
)
def test_linked_text_gives_what_plain_text_gives(name, text):
    rest = {"parseint": [10], "cidrhost": [1], "formatdate": ["2026-01-01T00:00:00Z"], "timeadd": ["1h"]}.get(name, [])
    assert call(name, [LinkedStr(text, SOURCE), *rest]) == call(name, [text, *rest])


@pytest.mark.parametrize("name", sorted(every_function()))
@settings(max_examples=25)
@given(st.lists(_values, max_size=3))
def test_a_function_answers_or_says_what_is_wrong(name, args):
    with contextlib.suppress(FunctionError):
        call(name, args)
