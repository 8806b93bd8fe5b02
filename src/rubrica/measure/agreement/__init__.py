"""How far raters agree beyond chance, and what each unit and rater contributes."""
