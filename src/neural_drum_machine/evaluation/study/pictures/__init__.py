"""The pictures of an evaluation, small enough to be stored beside the documents that show them."""
