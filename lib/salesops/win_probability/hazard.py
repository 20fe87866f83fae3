"""Landmark hazards: for each quarter ahead, the chance that a deal still open is won, or is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit
from sklearn.utils.validation import check_is_fitted

from salesops.one_thread import one_thread
from salesops.win_probability.chances import Chances, Hazards, cumulative, quarters_at_risk
from salesops.win_probability.confirmation_weights import confirmation_weights, weigh
from salesops.win_probability.design import HazardDesign
from salesops.win_probability.ridge_logistic import ridge_logistic
from salesops.win_probability.uncertainty import coefficient_covariance, log_odds_error, log_odds_slopes

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from salesops.win_probability.design import Matrix

EIGHTY_PERCENT = 1.2815515655446004
# Deals alike in all that tables show still differ, in log-odds by about this much on simulated companies.
UNSEEN = 0.3
PORTION = 5_000


class LandmarkHazard(Chances):
    """Discrete-time competing risks on landmarks (van Houwelingen and Putter, 2012), by two logistic regressions.

    Each snapshot of a deal is a landmark; a training row is a snapshot and a quarter ahead in which the deal was
    watched from beginning to end. One regression gives the chance of being won in that quarter, one that of being
    lost if not won, both given that the deal was still open. Deals still open count for as long as they were
    watched: they are censored, not missing.

    Parameters
    ----------
    features
        Names from the catalogue in `salesops.win_probability.features`. With none at all only the quarter ahead counts.
    horizon_quarters
        Quarters ahead that are learned; what is still open after them is split as in the last one.
    brief
        Whether confirmations count alike and no covariance is worked out: in half the time, where many models are
        learned for their chances alone.
    errors
        Whether the covariance is worked out, which intervals need and chances do not; never if brief.

    Attributes
    ----------
    design_ : HazardDesign
    weights_ : dict
        Weight of each confirmation in the weighted count, 1 on average; none if brief.
    coefficients_ : tuple of two ndarrays
        Won, and lost if not won; the intercept comes first.
    covariance_ : ndarray
        Of both sets of coefficients, one after the other, from deals as the independent units; absent if brief or
        without errors.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"opportunity_id": list("abcd"), "mark": 0})
    >>> known = pd.DataFrame({"kind": ["won", "lost", "lost", "open"], "quarter": [0, 0, 1, -1], "watched": 2})
    >>> model = LandmarkHazard(features=(), horizon_quarters=2).fit(rows, known)
    >>> by = model.predict_proba_by(rows.head(1), [1, 2])
    >>> bool(np.allclose(by.won + by.lost + by.open, 1))
    True
    >>> model.classes_.tolist(), model.predict_proba(rows.head(1)).shape
    (['lost', 'won'], (1, 2))
    """

    def __init__(
        self, features: Sequence[str] = (), horizon_quarters: int = 12, *, brief: bool = False, errors: bool = True
    ) -> None:
        self.features = features
        self.horizon_quarters = horizon_quarters
        self.brief = brief
        self.errors = errors

    @property
    def knows_errors(self) -> bool:
        """Whether a covariance is worked out in fitting."""
        return self.errors and not self.brief

    def fit(self, X: pd.DataFrame, y: pd.DataFrame) -> LandmarkHazard:
        """Learn from snapshots and how they ended.

        Parameters
        ----------
        X
            Snapshots with opportunity_id and the features.
        y
            kind, quarter and watched of each, from `salesops.win_probability.snapshots.outcomes`.

        Raises
        ------
        ValueError
            If nothing watched was won, or nothing was lost.
        """
        X, y = self._looks(X, y)
        line, ahead, event = quarters_at_risk(y, self.horizon_quarters)
        for kind in ("won", "lost"):
            if not (event == kind).any():
                raise ValueError(f"no deal {kind} while it was watched: chances cannot be learned")
        self.weights_ = {} if self.brief else confirmation_weights(X, y, self.features)
        X = weigh(X, self.weights_)
        self.design_ = HazardDesign(self.features).fit(X)
        self.known_ahead_ = int(ahead.max())
        columns = self.design_.transform(X, ahead, line)
        deals = X["opportunity_id"].factorize()[0][line]
        # Snapshots of one deal repeat each other: together they weigh about as much as the deal.
        weight = X["opportunity_id"].nunique() / len(X)
        won, lost = event == "won", event == "lost"
        stays = ~won
        self.coefficients_ = (
            ridge_logistic(columns, won, weight),
            ridge_logistic(columns[stays], lost[stays], weight),
        )
        if self.knows_errors:
            with one_thread():
                self.covariance_ = coefficient_covariance(
                    columns, deals, (won, lost), (None, stays), self.coefficients_, weight
                )
        return self

    def linear_predictors(self, X: pd.DataFrame, quarters: int | None = None) -> tuple[Matrix, Matrix, Matrix]:
        """Return the columns (n, quarters, columns with intercept) and the two linear predictors (n, quarters)."""
        check_is_fitted(self, "coefficients_")
        X, quarters = weigh(X, self.weights_), min(quarters or self.horizon_quarters, self.horizon_quarters)
        line = np.repeat(np.arange(len(X)), quarters)
        # A quarter further ahead than any that was watched is taken to be like the last one watched.
        ahead = np.minimum(np.tile(np.arange(quarters), len(X)), self.known_ahead_)
        columns = self.design_.transform(X, ahead, line)
        columns = np.hstack([np.ones((len(columns), 1)), columns]).reshape(len(X), quarters, -1)
        return columns, columns @ self.coefficients_[0], columns @ self.coefficients_[1]

    def hazards(self, X: pd.DataFrame, quarters: int | None = None) -> Hazards:
        """Return the hazards of the first quarters ahead, shapes (n, quarters); of all learned if not given."""
        # In portions, so that memory stays the same however many deals there are.
        portions = [X.iloc[start : start + PORTION] for start in range(0, max(len(X), 1), PORTION)]
        found = [self.linear_predictors(portion, quarters)[1:] for portion in portions]
        won, lost = (np.concatenate(parts) for parts in zip(*found, strict=True))
        return Hazards(expit(won), expit(lost))

    def win_interval(self, X: pd.DataFrame, z: float = EIGHTY_PERCENT) -> tuple[Matrix, Matrix]:
        """Return low and high of the chance of winning in the end, by the delta method on its log-odds.

        It says how well the chance is known: from this many deals, without what is not known of this deal yet (its
        price gap, say, could be anything that others' are), and without what no table shows. That a single deal is
        either won or lost comes on top.

        Parameters
        ----------
        X
            Snapshots, n rows.
        z
            Width in standard errors; 1.28 for 80%.
        """
        columns, won, lost = self.linear_predictors(X)
        hazards = Hazards(expit(won), expit(lost))
        chance = cumulative(hazards, np.full((len(X), 1), np.inf)).won[:, 0].clip(1e-9, 1 - 1e-9)
        centre = np.log(chance / (1 - chance))
        by = log_odds_slopes(hazards.won, hazards.lost_if_not_won, chance)
        known = log_odds_error(columns, by, self.covariance_)
        unseen = UNSEEN**2 + self._missing_variance(X, by)
        error = np.sqrt(known**2 + unseen)
        return expit(centre - z * error), expit(centre + z * error)

    def _missing_variance(self, X: pd.DataFrame, by: tuple[Matrix, Matrix]) -> NDArray[np.float64]:
        """Return how much the log-odds would vary with each deal's missing values, if they were like others'."""
        variance = np.zeros(len(X))
        own = self.design_.owners()
        for block in self.design_.blocks_:
            if block.feature.kind in ("line", "signed"):
                at = 1 + int(np.flatnonzero(own == block.feature.name)[0])
                effects = (coefficients[at] * block.feature.prior_sd for coefficients in self.coefficients_)
                slope = sum(effect * part.sum(axis=1) for effect, part in zip(effects, by, strict=True))
                variance += np.where(X[block.feature.name].isna(), slope**2, 0.0)
        return variance
