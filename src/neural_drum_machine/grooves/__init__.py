"""Grooves: patterns of strokes, read from MIDI or written as steps, and played as a hand plays."""
