from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costlint.config import matches_glob


@pytest.mark.parametrize(
    ("glob", "path", "matches"),
    [
        ("modules", "modules/gpu/main.tf", True),
        ("modules/", "modules/gpu/main.tf", True),
        ("modules", "infra/modules/gpu/main.tf", True),
        ("infra/modules", "x/infra/modules/main.tf", False),
        ("*.tfvars", "envs/prod.tfvars", True),
        ("envs/*.tfvars", "envs/prod.tfvars", True),
        ("envs/*.tfvars", "envs/eu/prod.tfvars", False),
        ("envs/**/*.tfvars", "envs/prod.tfvars", True),
        ("envs/**/*.tfvars", "envs/eu/west/prod.tfvars", True),
        ("**", "anything/at/all.tf", True),
        (".", "anything/at/all.tf", True),
        ("./infra", "infra/main.tf", True),
        ("infra", "infrastructure/main.tf", False),
        ("env?/main.tf", "env1/main.tf", True),
        ("a+b", "a+b/main.tf", True),
        ("prod", "prod", True),
    ],
)
def test_globs_match_as_people_expect(glob: str, path: str, matches: bool) -> None:
    assert matches_glob(glob, path) is matches


@given(st.text(alphabet="abc*?/.[]()+", max_size=20), st.text(alphabet="abc/.", max_size=20))
def test_no_glob_fails(glob: str, path: str) -> None:
    assert matches_glob(glob, path) in (True, False)
