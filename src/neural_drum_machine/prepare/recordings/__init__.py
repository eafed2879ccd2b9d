"""From folders to recordings: find files, decode, compare, split, remove rumble."""
