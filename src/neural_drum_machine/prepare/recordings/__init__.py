"""Recordings of a sound library: found, read, named, compared."""
