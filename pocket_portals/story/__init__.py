"""From the player's words to the scene to tell. The engine decides, the storyteller tells."""
