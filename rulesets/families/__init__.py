"""The rule families, one file each, and the registry of them that the engine gets handed in."""
