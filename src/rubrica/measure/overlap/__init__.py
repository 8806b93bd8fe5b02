"""Whether an item may stop here, and which pair to ask next."""
