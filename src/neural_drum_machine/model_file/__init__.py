"""The model file (.ndm): its format, its lineage, and its networks, ready to run."""
