"""The rule engine: rules are data; what they propose is priced on patched views.

result = check(view, estimates, load_rules(), price, CheckSettings(), catalog)
"""

from costlint.policy.check import CheckResult, check
from costlint.policy.counting import counted
from costlint.policy.documents import RuleError
from costlint.policy.load import load_rules, read_rules
from costlint.policy.merging import merged
from costlint.policy.quiet import told
from costlint.policy.repository import check_repository
from costlint.policy.ruleset import RuleSet, Source, source_of
from costlint.policy.settings import CheckSettings
from costlint.policy.silence import why_silent
from costlint.policy.subject import Pricer
from costlint.policy.suppress import unused as unused_suppressions
from costlint.policy.waivers import in_force, review_waivers

__all__ = [
    "CheckResult",
    "CheckSettings",
    "Pricer",
    "RuleError",
    "RuleSet",
    "Source",
    "check",
    "check_repository",
    "counted",
    "in_force",
    "load_rules",
    "merged",
    "read_rules",
    "review_waivers",
    "told",
    "source_of",
    "unused_suppressions",
    "why_silent",
]
