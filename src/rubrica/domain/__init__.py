"""Values and rules of evaluation: rubric, answer, guideline, blinding, allocation. No framework, no I/O, no clock."""
