"""What the forecast rests on, in the words that its page shows."""

ASSUMPTIONS = (
    "Each series is forecast by the middle of several methods (theta, complex and exponential smoothing, seasonal "
    "naive or drift). It goes on as it has gone: a price change, a lost distributor or a new product line is not "
    "in it until it is in the orders.",
    "The coming quarter rests on what deals on hand should bring, on the time series and on the run rate, each "
    "weighted by how far off it was on the same day of past quarters. Won deals are taken to become orders on "
    "their day of delivery; deals that slip show only as past errors. All parts are moved alike to the company's "
    "number.",
    "Bands come from forecasting the past again, from each of the last months, with what was known then. They "
    "hold eight times in ten if the future is as hard to foresee as that past was.",
    "The chance to meet a target uses past errors of the same number of months together, so that months that go "
    "wrong together are not counted as independent.",
    "Regions, product lines, channels, reps and the cells in which they cross are forecast each on its own, and then "
    "moved as little as past errors allow until all add up. Parts with too short a history take their share of what "
    "they belong to. Reps sell across regions and lines: they add up to the company alone.",
    "Feasts and working days are allowed for only where past forecasts gain from it. A planned promotion adds what its "
    "kind brought before, less what may have been chance.",
)
