"""A module registry on the loopback interface, and git repositories to fetch from."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from loopback import LoopbackServer, Reply, Request

DISK = 'resource "aws_ebs_volume" "d" {\n  availability_zone = "us-east-1a"\n  size = 100\n  type = "%s"\n}\n'
FILES = {"main.tf": DISK % "gp2", "sub/main.tf": DISK % "gp3"}


def serve_registry(server: LoopbackServer, module: str, *versions: str, location: str = "", token: str = "") -> None:
    """Serve the versions of namespace/name/provider below /v1/; each comes from `location`, in which {version}
    is the version."""

    def guarded(reply: Reply) -> Callable[[Request], Reply]:
        def answer(request: Request) -> Reply:
            return reply if not token or request.headers.get("Authorization") == f"Bearer {token}" else Reply(401)

        return answer

    listing = {"modules": [{"versions": [{"version": version} for version in versions]}]}
    server.routes[f"/v1/{module}/versions"] = guarded(Reply(body=json.dumps(listing).encode()))
    for version in versions:
        get = {"X-Terraform-Get": location.replace("{version}", version)}
        server.routes[f"/v1/{module}/{version}/download"] = guarded(Reply(204, get))


def use_registry(server: LoopbackServer, host: str = "registry.test", token: str = "") -> None:
    """Let Terraform's CLI configuration say that a host keeps its registry at the server."""
    block = f'host "{host}" {{\n  services = {{\n    "modules.v1" = "{server.url}/v1/"\n  }}\n}}\n'
    block += f'credentials "{host}" {{\n  token = "{token}"\n}}\n' if token else ""
    (Path(os.environ["HOME"]) / ".terraformrc").write_text(block)


class Remote:
    """A bare git repository to fetch from."""

    def __init__(self, directory: Path) -> None:
        self.work = directory / "work"
        self.bare = directory / "remote.git"
        self.work.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch=main", ".")
        self.git("init", "--quiet", "--bare", "--initial-branch=main", str(self.bare))

    @property
    def url(self) -> str:
        return f"git::file://{self.bare}"

    def commit(self, files: Mapping[str, str], tag: str = "", branch: str = "main", annotated: bool = False) -> str:
        """Commit files on a branch and push them; the commit."""
        self.git("checkout", "--quiet", "-B", branch)
        for path, text in files.items():
            (self.work / path).parent.mkdir(parents=True, exist_ok=True)
            (self.work / path).write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", "change")
        if tag:
            self.git("tag", *(("-a", "-m", tag) if annotated else ()), "-f", tag)
        self.git("push", "--quiet", "--force", "--tags", str(self.bare), f"{branch}:{branch}")
        return self.git("rev-parse", "HEAD").strip()

    def git(self, *arguments: str) -> str:
        identity = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
        command = ["git", *identity, *arguments]
        return subprocess.run(command, cwd=self.work, check=True, capture_output=True, text=True).stdout


def calling(name: str, source: str, version: str = "", **arguments: str) -> str:
    """A module block."""
    lines = {"source": source, **({"version": version} if version else {}), **arguments}
    return f'module "{name}" {{\n' + "".join(f'  {key} = "{value}"\n' for key, value in lines.items()) + "}\n"


def call(machine: Path, *sources: str) -> None:
    (machine / "main.tf").write_text("".join(calling(f"m{n}", source) for n, source in enumerate(sources)))
