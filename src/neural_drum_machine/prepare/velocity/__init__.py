"""Learning how drums change with velocity, from recordings in several layers."""
