"""Named reads: each says what comes back."""
