"""PyTorch networks and losses. Only training, export and evaluation import this package."""
