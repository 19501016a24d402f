"""Where runs are kept: one codec, and a store each for memory, files and Redis."""
