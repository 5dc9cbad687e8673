"""costlint finds wasted money in infrastructure as code, before it is deployed."""

__version__ = "0.1.0"
