"""SoundFont 2 banks, read and rendered."""
