"""What the figures on pay rest on, in the words that their page shows."""

ASSUMPTIONS = (
    "Results are sums of order lines by the person they name, in complete quarters alone. Solution and fulfilment "
    "responsibles and managers are paid on what the sellers of their region bring together.",
    "Of measures other than sales the tables hold no targets: margin is asked for at the rate of the year before, and "
    "of new customers, retention, satisfaction and activity what people of the same role reached then.",
    "Retention and satisfaction are of the last four quarters, of the customers that a person sold to last.",
    "Fair quotas ask for what the territory's potential makes expect, moved by a part of how far past sales lie off "
    "it. Potential is what accounts are said to spend; nobody has measured that.",
    "How people respond to pay is the least certain thing on this page. What an effort elasticity was estimated from "
    "is said where it is used, and where another value would change the order of plans.",
)
