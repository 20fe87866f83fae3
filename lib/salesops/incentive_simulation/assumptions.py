"""What the figures on pay rest on, in the words that their page shows."""

ASSUMPTIONS = (
    "Results are sums of order lines by the person they name, in complete quarters alone. Solution and fulfilment "
    "responsibles and managers are paid on what the sellers of their region bring together. Returns are taken off the "
    "quarter they come in; under a plan with a clawback they are not, and it takes back what it says.",
    "Of measures other than sales the tables hold no targets: margin is asked for at the rate of the year before, and "
    "of new customers, retention, satisfaction and activity what people of the same role reached then.",
    "Retention and satisfaction are of the last four quarters, of the customers that a person sold to last.",
    "Fair quotas ask for what the territory's potential makes expect, moved by a part of how far past sales lie off "
    "it. Potential is what accounts are said to spend; nobody has measured that.",
    "Next year's luck is like that of past years: results swing together by company, region, product line and the "
    "customers' industry as they did, and the sales forecast of the next four quarters says how high all stand "
    "together. Each one sells the mix of the last year, and quotas stay those of it.",
    "Who won more than usual last quarter, or has more open, starts the coming quarter ahead, as far as that has held "
    "before; later quarters do not know of it.",
    "In the year ahead nobody is new, leaves or is away, customers pay at once and nothing falls through: ramps, "
    "guarantees, pay that waits and clawbacks are in what last year would have cost alone.",
    "Measures besides sales and margin are taken as they were in the last four quarters: nobody knows how they swing. "
    "Who has no figure of one has that of their role.",
    "What of a quota people can move over the end of a quarter (parameter movable, usually a tenth) is a judgement.",
    "How people respond to pay is the least certain thing on this page. What an effort elasticity was estimated from "
    "is said where it is used, and where another value would change the order of plans.",
)
