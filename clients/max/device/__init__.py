"""The Max for Live device, stated in Python; ``scripts/build_max_device`` writes it to a file."""
