"""What ``rubrica measure`` answers: for each question its JSON, its tables and its plot."""
