"""Which stage of GitLab CI a job can be in: one that is not there makes GitLab refuse the whole pipeline."""

from __future__ import annotations

import yaml

_UNSAID = "test"
_ALWAYS_THERE = (".pre", ".post")


def stage_for(text: str) -> str:
    """The stage a job has to name in a project with this `.gitlab-ci.yml`: the last one it declares, so that the job
    keeps no other from running. "" if it need not: without `stages`, and among those it declares, jobs are in `test`. A
    pipeline of `.pre` and `.post` alone does not run, so those do not count."""
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return ""
    if not isinstance(tree, yaml.MappingNode):
        return ""
    for name, value in tree.value:
        if isinstance(name, yaml.ScalarNode) and name.value == "stages" and isinstance(value, yaml.SequenceNode):
            named = [one.value for one in value.value if isinstance(one, yaml.ScalarNode)]
            own = [stage for stage in named if stage not in _ALWAYS_THERE]
            return own[-1] if own and _UNSAID not in own else ""
    return ""
