"""What other packages compute from the same data: values to compare with, and a table of them beside the published."""
