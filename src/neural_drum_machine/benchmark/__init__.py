"""Benchmarks of rendering and of the live server. They run without PyTorch."""
