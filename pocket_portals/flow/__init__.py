"""CrewAI's Flow behind the session's Engine. Importing this package imports no crewai."""
