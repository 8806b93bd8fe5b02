"""Which of several is preferred, by how much, and how far that can be trusted."""
