"""Sounds made to fill up a category: variations of recordings, and synthesised ones."""
