"""Settings that stand as text inside of manifests."""

from __future__ import annotations

import pytest

from costlint.clusters.embedded import settings_in
from costlint.model import UNKNOWN, LinkedStr, Reference


def test_a_text_with_references_in_it_is_read() -> None:
    text = LinkedStr("model: a/b\n", (Reference("aws_s3_bucket.models", "id"),))
    assert settings_in(text) == {"model": "a/b"}


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "a: &x 1\nb: *x\n", "a: [", "[" * 60 + "]" * 60, UNKNOWN, 3])
def test_what_holds_no_plain_mapping_holds_nothing(text: object) -> None:
    assert settings_in(text) is None
