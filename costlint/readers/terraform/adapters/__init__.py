"""Community modules that are not here, understood from their inputs."""
