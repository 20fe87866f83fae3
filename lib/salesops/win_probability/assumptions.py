"""What the chances rest on, in the words that their page shows."""

ASSUMPTIONS = (
    "Intervals of conversion and win rates are Wilson's, 80%. The 80% interval of a deal's chance says how well the "
    "model's coefficients are known; on simulated companies it held the true chance in about 70% of cases, "
    "so read it as a little wider.",
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
    "since do.",
    "What one more confirmation is worth compares deals alike in all else the model knows. A deal whose buyer is keen "
    "for other reasons gets its confirmations more easily, so it is rather an upper guess at what getting it "
    "would bring.",
    "The next confirmation is the unticked point of a deal's scorecard whose ticking goes with the largest gain in "
    "chance × amount among deals alike in all else. The decider's choice (W1) is what the others lead to, and is named "
    "only where they are all confirmed.",
    "Bookings hold deals open today and deals not yet born. As many are born as level, trend and season of the last "
    "four years say; they are won as deals born in these years were by the same age, and bring what won deals brought.",
    "All deals of a quarter share its fortune: its season, and a swing as large as past quarters had. A stated amount "
    "counts with the share of it that won deals brought.",
    "Past quarters are foretold as if on their first day, from what the dated tables held then; only the choice of "
    "features, and values that carry no day, are today's. Where they ask for wider intervals, these are widened, and "
    "never narrowed.",
)
