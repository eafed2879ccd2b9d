"""Learned judges of sounds: category classifiers and pretrained embeddings."""
