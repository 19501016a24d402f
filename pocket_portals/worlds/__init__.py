"""Authored worlds: their schema, how they are loaded, and how they are checked."""
