"""Guard rails: limits of the configuration on what the bill may grow by, come to, and which findings may be new.

results = check(config, lines, findings)
"""

from costlint.guardrails.checking import Known, Line, check
from costlint.guardrails.owners import Owners

__all__ = ["Known", "Line", "Owners", "check"]
