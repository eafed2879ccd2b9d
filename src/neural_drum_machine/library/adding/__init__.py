"""Adding folders to a library: list their files, measure them, keep what was measured."""
