"""Git repositories built for a test."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

PROVIDER = 'provider "aws" {\n  region = "us-east-1"\n}\nterraform {\n  backend "s3" {}\n}\n'
# Two rules want another engine version: DAT008 with another engine, which saves more, and DAT002.
REDIS = """resource "aws_elasticache_replication_group" "r" {
  engine               = "redis"
  engine_version       = "5.0.6"
  node_type            = "cache.m5.large"
  num_cache_clusters   = 2
  replication_group_id = "r"
  description          = "r"
}
"""


class Repository:
    """A git repository; `write` replaces files (None removes one), `commit` records everything, whatever hooks say."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str, check: bool = True, **variables: str) -> str:
        identity = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
        kept = {name: text for name, text in os.environ.items() if not name.startswith("GIT_")}
        alone = {**kept, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", **variables}
        command = ["git", *identity, *arguments]
        done = subprocess.run(command, cwd=self.root, env=alone, capture_output=True, text=True, check=check)
        return done.stdout.strip()

    def write(self, files: Mapping[str, str | None]) -> None:
        for name, text in files.items():
            path = self.root / name
            if text is None:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def stage(self) -> None:
        self.git("add", "-A")

    def commit(self, files: Mapping[str, str | None] | None = None) -> str:
        self.write(files or {})
        self.stage()
        self.git("commit", "-q", "--allow-empty", "--no-verify", "-m", "change")
        return self.git("rev-parse", "HEAD")
