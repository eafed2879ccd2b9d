"""From a folder of samples to a dataset that training maps into memory."""
