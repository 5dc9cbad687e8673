# Modules that deploy nothing with a bill of its own: permissions, network rules, settings.
