"""A running game: its turns, its record, and the service the faces speak to."""
