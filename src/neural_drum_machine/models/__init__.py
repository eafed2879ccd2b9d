"""PyTorch networks and losses. Nothing outside training and export imports this package."""
