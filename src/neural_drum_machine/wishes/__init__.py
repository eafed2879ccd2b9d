"""Controls with names: pitch, decay, brightness and others, asked for in their own units."""
