"""The source of the Pure Data patch; ``scripts/build_pd_patch`` builds the file from it."""
