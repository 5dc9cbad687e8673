"""A job of GitLab is in a stage the project has."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from costlint.integrating import changes_for
from costlint.integrating.stages import stage_for


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("stages: [build]\n", "build"),
        ("stages:\n  - plan # first\n  - deploy\n", "deploy"),
        ("stages: [build, test, deploy]\n", ""),
        ("stages: [.pre, build, .post]\n", "build"),
        ("stages: [.pre]\n", ""),
        ("stages: [build, !reference [.stages, more]]\n", "build"),
        ("job:\n  stage: build\n  script: [make]\n", ""),
        ("stages: build\n", ""),
        ("- stages\n", ""),
        ("stages: [\n", ""),
        ("", ""),
    ],
)
def test_the_last_stage_that_is_declared_is_named_unless_the_usual_one_is_there(text: str, stage: str) -> None:
    assert stage_for(text) == stage


@pytest.mark.parametrize("stage", ["build", "on: hold", "yes", "it's"])
def test_the_job_is_in_a_stage_of_the_file_it_is_added_to_and_waits_for_no_other(tmp_path: Path, stage: str) -> None:
    entry = tmp_path / ".gitlab-ci.yml"
    entry.write_text(yaml.safe_dump({"stages": [stage], "job": {"stage": stage, "script": ["make"]}}))
    job, included = changes_for(tmp_path, "gitlab")
    written = yaml.safe_load(job.after)["costlint"]
    assert (written["stage"], written["needs"]) == (stage, [])
    (tmp_path / ".gitlab").mkdir()
    (tmp_path / job.path).write_text(job.after)
    entry.write_text(included.after)
    assert changes_for(tmp_path, "gitlab") == []


def test_a_job_that_may_be_in_the_usual_stage_names_none(tmp_path: Path) -> None:
    job = changes_for(tmp_path, "gitlab")[0]
    assert "stage" not in yaml.safe_load(job.after)["costlint"]
