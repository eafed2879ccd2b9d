"""The Pure Data patch, stated in Python; ``scripts/build_pd_patch`` writes it to a file."""
