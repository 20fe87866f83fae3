"""What the figures on the market rest on, in the words that their page shows."""

ASSUMPTIONS = (
    "A segment is an industry in a region. Sizes are of the last calendar year that the sources tell of; accounts "
    "without an industry or a region are in no segment.",
    "Three ways: published spend; buyers × what our accounts say they spend, held to be true of those we do not know "
    "by the parameter unknown_spend; our sales over our share of what we and named rivals sell. The count of buyers "
    "comes from the same table as published spend, so these two are not wholly independent. An error that all three "
    "share is in no interval.",
    "The ways are made one by random effects with heavy tails: one that is far off counts less, and widens the "
    "interval.",
    "What we can serve is the spend of accounts whose technology fits, in the industries and regions of the "
    "parameters.",
    "What we can win supposes that we keep today's share and go part of the way to the share of our better segments, "
    "as far as reps can carry the customers that takes. It is no forecast of what will be sold.",
    "Errors of the sizes of two segments correlate by 0.3, since they rest on the same sources; that is a judgement.",
    "Scores are places among our segments, by weights that are a choice: the page says how far other weights would "
    "change the advice.",
    "What competitors sell is what table competition thinks. Rivals that it does not name are in nobody's share.",
)
