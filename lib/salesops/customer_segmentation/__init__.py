"""Who the customers are, what they are worth, who is leaving."""
