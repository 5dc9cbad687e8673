"""Model servers as manifests declare them: which engine serves which model, how, and where each of that is written."""

from costlint.sizing.servers.managed import servers_of_endpoint
from costlint.sizing.servers.programs import engine_default, version_of
from costlint.sizing.servers.recognise import servers_in, servers_of
from costlint.sizing.servers.workloads import server_of_group

__all__ = ["engine_default", "server_of_group", "servers_in", "servers_of", "servers_of_endpoint", "version_of"]
