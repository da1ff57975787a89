"""The project's settings and addresses; what must be set before anything else is loaded."""

import rulesets.engine  # noqa: F401 - sets up the allocator before Polars is loaded
