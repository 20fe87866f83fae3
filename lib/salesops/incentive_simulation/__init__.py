"""What a pay plan costs, does, and to whom."""
