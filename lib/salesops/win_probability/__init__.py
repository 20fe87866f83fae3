"""What will close, how sure that is, and what it is worth: the computing behind the win_probability notebook."""
