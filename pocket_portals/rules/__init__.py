"""The game: pure and synchronous. No files, no clock, no network, no global randomness."""
