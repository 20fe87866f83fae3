"""What the chances rest on, in the words that their page shows."""

ASSUMPTIONS = (
    "Intervals of conversion and win rates are Wilson's, 80%. The 80% interval of a deal's chance says how well the "
    "chance is known: from this many deals, without what is still missing of the deal (its price gap, say), and "
    "without what no table shows. On simulated companies it held the true chance in 77 to 82% of cases.",
    "Chances are learned from deals as they stood at past month-ends, with what was known then. A deal that is "
    "still open counts for as long as it has been watched; one that closed counts until it closed.",
    "Winning and losing in each quarter ahead are two logistic models given that the deal is still open; the "
    "chance of winning at all and of winning by a date follow from the same two, so they agree.",
    "The past is taken as a guide: a new competitor, price list or sales team is not in the chances until deals "
    "have closed under it.",
    "A reason is a difference from the average open deal that the model uses. It goes with winning or losing; it "
    "need not cause it.",
    "A scorecard, a visit or a commitment counts from its day on. Competitor, prices and responsibles carry no day: "
    "they are used at past looks only in stages in which deals open today show them about as often as deals closed "
    "since do. Contacts carry no day, either: they are used where customers with closed deals show no other levels "
    "than customers without.",
    "What one more confirmation is worth compares deals alike in all else the model knows. A deal whose buyer is keen "
    "for other reasons gets its confirmations more easily, so it is rather an upper guess at what getting it "
    "would bring.",
    "The next confirmation is the unticked point of a deal's scorecard whose ticking goes with the largest gain in "
    "chance × amount among deals alike in all else. The decider's choice (W1) is what the others lead to, and is named "
    "only where they are all confirmed.",
    "Nobody notes when a lead has gone cold. Leads, won deals and orders count as under way until they become a deal, "
    "are ordered, are paid; their share that does is that within the time for which a tenth of them was watched.",
    "The order that a won deal brings is the account's first one in the deal's product line from that day on; where "
    "two deals of one account and line overlap, it may be the other's.",
    "What was won in a quarter is deals in work × conversion × deal size × days ÷ sales cycle, without remainder: "
    "deals in work are the mean number on a day, the sales cycle is the days of work per deal closed. The part of a "
    "factor in a change is its mean over all orders of changing the four (Shapley); luck is judged by drawing the "
    "deals again.",
    "What a source's leads bring is money won for money paid for leads; people's time is not in it. A lead without a "
    "cost is taken to cost what others of its source do.",
    "What was expected of deals that closed comes from models that had learned only until their year began, a quarter "
    "before each closing, moved to the fortune of the year. Prices and competitors are those known today.",
    "Commitments of visits are compared among deals in one stage and third of amounts (Mantel and Haenszel's "
    "difference); visits to one deal count as alike as they are. Keen customers commit more easily, and are not told "
    "apart.",
    "Figures of reps are drawn towards the team's mean by empirical Bayes (Morris, 1983). A deal counts for today's "
    "owner, by the mean of its month-ends; deals lost early count as closed early.",
    "Bookings hold deals open today and deals not yet born. As many are born as level, trend and season of the last "
    "four years say; they are won as deals born in these years were by the same age, and bring what won deals brought.",
    "All deals of a quarter share its fortune: its season, and a swing as large as past quarters had. A stated amount "
    "counts with the share of it that won deals brought.",
    "Past quarters are foretold as if on their first day, from what the dated tables held then; only the choice of "
    "features, and values that carry no day, are today's. Where they ask for wider intervals, these are widened, and "
    "never narrowed.",
)
