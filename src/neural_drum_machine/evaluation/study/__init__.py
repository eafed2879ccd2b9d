"""The evaluation of one model, from its measurements to the report."""
