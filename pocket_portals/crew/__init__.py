"""The crew: seven CrewAI agents that tell the same game. The engine decides; they put it into words."""
