"""What root variables are given: defaults, var-files and how they pair into stacks, workspaces."""
