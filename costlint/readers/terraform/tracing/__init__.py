"""From a value back to the literal a person would edit."""
