"""Kits and grooves: drums that belong together, beats that play them, and exports."""
