"""What the figures on customers rest on, in the words that their page shows."""

ASSUMPTIONS = (
    "A customer is an account that ever bought; one with returns alone is counted, but has no tier, band or segment. "
    "Sales are net of returns. All lines of a customer on one day are one order.",
    "Value to come supposes that customers go on as they have: each in its own rhythm, until it leaves for good. A "
    "price change, a new competitor or a new product line is not in it. Where neither orders nor products name a cost, "
    "margin is the share of sales that the parameter says.",
    "Who is overdue is told by the chance of no order in the coming weeks, not by a fixed date. What a save offer "
    "keeps is a parameter that only a trial can measure.",
    "Segments are said only where they prove themselves by four tests; otherwise customers differ by degree and bands "
    "take their place.",
    "Segments compare how customers buy over their whole history, learned at the end of the last year, so that names "
    "stay; a customer moves when another segment is more than 80% likely. Below three orders there is no pattern yet.",
    "Stages take orders to come at random around a customer's own rate. About one steady customer in twelve gets "
    "another stage by chance; of those who buy in clumps or by season, up to one in five.",
    "Value tiers weigh places among customers, not amounts, by weights that are a choice: the page says who would "
    "change tier if one of them moved by 10%. Potential, technology direction and stability are as today's table of "
    "accounts has them.",
    "The contact plan stretches the contacts asked for by one factor until the hours of the team are used. A year has "
    "46 working weeks, and a contact takes as long as the parameter says, for every customer.",
    "Wallet share rests on what accounts are said to spend; nobody has measured that.",
    "Cohorts begin with a customer's first purchase in the data. Who bought before the data begins looks new in the "
    "first cohort.",
)
