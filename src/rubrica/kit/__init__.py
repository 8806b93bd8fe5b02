"""Clock and identifiers: the two things every floor may ask for. Growing this package needs an ADR."""
