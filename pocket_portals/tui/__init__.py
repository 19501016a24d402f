"""The full-screen face: the same game, typeset. Nothing here is imported before it is shown."""
