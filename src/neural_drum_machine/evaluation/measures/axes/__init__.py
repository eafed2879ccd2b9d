"""What each of the controls P1, P2 and P3 does to the sound, measured and put into words."""
