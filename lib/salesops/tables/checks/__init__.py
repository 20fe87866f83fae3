"""What can be wrong with tables: rows, keys, references, and sums that do not add up."""
