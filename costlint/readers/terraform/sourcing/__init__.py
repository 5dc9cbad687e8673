"""Where the source of a module call lies: mapped, in this repository, installed, or fetched and locked."""
