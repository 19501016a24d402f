"""Plain mode: the same game line by line, for pipes, scripts and screen readers."""
