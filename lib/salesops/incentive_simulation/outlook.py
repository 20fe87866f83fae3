"""What each rep may reach in the coming quarters, as a distribution in which results swing together."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.incentive_simulation.attainment import log_attainment
from salesops.incentive_simulation.exposure import Exposures, exposures
from salesops.incentive_simulation.inputs import NO_DEALS, NO_ORDERS
from salesops.incentive_simulation.moments import Moments, moments, shrunken
from salesops.incentive_simulation.pipeline import Pipeline, pipeline
from salesops.incentive_simulation.quarters import quarter_number
from salesops.not_enough_data import NotEnoughData

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from salesops.incentive_simulation.plan import IncentivePlan

    Floats = NDArray[np.float64]

FEWEST_REPS, FEWEST_QUARTERS = 2, 4
OTHER_MEASURES = ("new_customers", "retention", "satisfaction", "activity")


@dataclass(frozen=True, eq=False)
class Outlook:
    """The people at work today, and what those with a quota may reach in a quarter.

    Parameters
    ----------
    people
        Everybody: rep_id, name, region, role, base_pay, target_pay, sales_quota (of a coming quarter; NaN for who has
        none), and the other measures with their quotas as they were in the mean of the last year.
    sellers
        Those with a quota: rep_id, region, sales_quota, log_mean (median log attainment), log_mean_sd (how unsure that
        is), margin_rate (margin as a share of sales); in the order of every array of draws.
    swings
        How results swing together: company, region and each one's own.
    exposures
        What sellers' results hang on besides: shares of product lines and markets, and how these swing.
    pipeline
        What sellers' deals say of the coming quarter.
    """

    people: pd.DataFrame
    sellers: pd.DataFrame
    swings: Moments
    exposures: Exposures = field(default_factory=Exposures)
    pipeline: Pipeline = field(default_factory=Pipeline)

    @property
    def log_sd(self) -> Floats:
        """Standard deviation of each seller's log attainment in a quarter around its level."""
        return np.broadcast_to(np.sqrt(self.swings.sd**2 + self.exposures.variance), len(self.sellers))

    @property
    def expected_sales(self) -> Floats:
        """Expected sales of each seller in a quarter."""
        mean: Floats = self.sellers["sales_quota"] * np.exp(self.sellers["log_mean"] + self.log_sd**2 / 2)
        return np.asarray(mean, dtype=np.float64)

    def paid_as(self, plan: IncentivePlan) -> Outlook:
        """Return the outlook with the pay at quota that a plan states for a role; else it stays each one's own."""
        stated = self.people["role"].map({name: role.target_pay for name, role in plan.roles.items()}).astype(float)
        return replace(self, people=self.people.assign(target_pay=stated.fillna(self.people["target_pay"])))

    def moved(self, factor: Floats | float) -> Outlook:
        """Return the outlook with each seller's attainment multiplied, as when a forecast says otherwise."""
        moved = self.sellers.assign(log_mean=self.sellers["log_mean"] + np.log(factor))
        return replace(self, sellers=moved)


def rep_outlook(
    results: pd.DataFrame | NotEnoughData,
    quarters: int = 16,
    mix: pd.DataFrame | NotEnoughData = NO_ORDERS,
    deals: pd.DataFrame | NotEnoughData = NO_DEALS,
    gone: Collection[str] = (),
) -> Outlook | NotEnoughData:
    """Return the outlook of who was at work in the last quarter of the results.

    Parameters
    ----------
    results
        Rows of reps and quarters: rep_id, name, region, role, period, base_pay, target_pay, present, sales, sales_quota
        and, where known, margin. Rows without a quota above zero tell nothing of attainment.
    quarters
        Quarters back that count.
    mix
        From `salesops.tables.queries.rep_mix`, for what reps' results share by product line and market.
    deals
        Table opportunities, for what each one's deals say of the coming quarter.
    gone
        Who has left since: their record counts for the others, and they are paid no year ahead.
    """
    if isinstance(results, NotEnoughData):
        return results
    periods = sorted(results["period"].unique())[-quarters:]
    recent = results[results["period"].isin(periods)]
    sold = recent[(recent["sales_quota"] > 0) & recent["sales"].notna()]
    sold = sold.assign(quarter=quarter_number(sold["period"]))
    now = recent[(recent["period"] == periods[-1]) & (recent["present"] > 0) & ~recent["rep_id"].isin(gone)]
    if sold["rep_id"].nunique() < FEWEST_REPS or sold["period"].nunique() < FEWEST_QUARTERS:
        return NotEnoughData(f"results of {FEWEST_REPS} reps in {FEWEST_QUARTERS} quarters")
    if not (now["sales_quota"] > 0).any():
        return NotEnoughData("sellers at work on the day with a quota")
    panel, region = log_attainment(sold)
    known = exposures(sold, mix)
    shared = known.of(panel.index)
    swings = moments(panel.to_numpy(), pd.factorize(region)[0], shared.covariance)
    level, error = shrunken(swings, shared.variance)
    sellers = now.loc[now["sales_quota"] > 0, ["rep_id", "region"]].assign(sales_quota=_quotas(sold, now))
    place = panel.index.get_indexer(sellers["rep_id"])
    sellers = sellers.assign(log_mean=level[place], log_mean_sd=error[place], margin_rate=_margin_rate(sold, sellers))
    columns = ["rep_id", "name", "region", "role", "base_pay", "target_pay"]
    people = now[columns].merge(sellers[["rep_id", "sales_quota"]], how="left", on="rep_id")
    people = people.merge(_other_measures(recent), how="left", on="rep_id")
    said = pipeline(sold, deals)
    return Outlook(people, sellers.reset_index(drop=True), swings, known.of(sellers["rep_id"]), said)


def _other_measures(recent: pd.DataFrame) -> pd.DataFrame:
    known = [f"{name}{ending}" for name in OTHER_MEASURES for ending in ("", "_quota") if f"{name}{ending}" in recent]
    last = recent[recent["period"].isin(sorted(recent["period"].unique())[-4:])]
    return last.groupby("rep_id")[known].mean().reset_index()


def _quotas(sold: pd.DataFrame, now: pd.DataFrame) -> Floats:
    """Return each seller's quota of a quarter at full time: the mean over the last year, as quotas have seasons."""
    year = sorted(sold["period"].unique())[-4:]
    last = sold[sold["period"].isin(year)]
    mean = last.groupby("rep_id")["sales_quota"].sum() / last.groupby("rep_id")["present"].sum()
    quota: Floats = mean.reindex(now.loc[now["sales_quota"] > 0, "rep_id"]).to_numpy(dtype=np.float64)
    return quota


def _margin_rate(sold: pd.DataFrame, sellers: pd.DataFrame) -> Floats:
    """Return margin as a share of sales over the last year, drawn towards the team's by a year's usual sales."""
    if "margin" not in sold or sold["margin"].isna().all():
        return np.full(len(sellers), np.nan)
    last = sold[sold["period"].isin(sorted(sold["period"].unique())[-4:]) & sold["margin"].notna()]
    by_rep = last.groupby("rep_id")[["margin", "sales"]].sum()
    usual = by_rep["sales"].mean()
    team = by_rep["margin"].sum() / by_rep["sales"].sum()
    own = by_rep.reindex(sellers["rep_id"]).fillna(0.0)
    rate: Floats = ((own["margin"] + team * usual) / (own["sales"] + usual)).to_numpy(dtype=np.float64)
    return rate


def draw_attainments(outlook: Outlook, draws: int, seed: int, quarters: int = 1) -> Floats:
    """Return quarters × sellers × draws of attainment.

    The first quarter is the coming one, of which deals say something already. The common shocks of a draw have standard
    deviations of their own, drawn from what the data leaves open (χ²), and so have the reps' levels. The same seed
    gives the same luck for every plan.

    Examples
    --------
    >>> swings = Moments(np.zeros(2), np.array([8, 8]), 0.1, 0.0, 0.3, 7)
    >>> sellers = pd.DataFrame({"region": ["N", "S"], "log_mean": [0.0, 0.1], "log_mean_sd": [0.0, 0.0]})
    >>> draw_attainments(Outlook(sellers, sellers, swings), 5, seed=1).shape
    (1, 2, 5)
    """
    rng, swings = np.random.default_rng(seed), outlook.swings
    region = pd.factorize(outlook.sellers["region"], use_na_sentinel=False)[0]
    sellers = len(region)
    common = 2 + len(outlook.exposures.shares)
    wider = np.sqrt(swings.degrees / rng.chisquare(swings.degrees, (common, draws)))
    level = outlook.sellers["log_mean"].to_numpy()[:, None] + (
        outlook.sellers["log_mean_sd"].to_numpy()[:, None] * rng.standard_normal((sellers, draws))
    )
    level += swings.company_sd / np.sqrt(swings.degrees + 1) * wider[0] * rng.standard_normal(draws)
    found = np.empty((quarters, sellers, draws))
    own_sd = np.full(quarters, swings.own_sd)
    own_sd[:1] *= np.sqrt(outlook.pipeline.left)
    for sd, quarter in zip(own_sd, found, strict=True):
        np.multiply(sd, rng.standard_normal(quarter.shape), out=quarter)
        quarter += swings.region_sd * wider[1] * rng.standard_normal((region.max() + 1, draws))[region]
        quarter += swings.company_sd * wider[0] * rng.standard_normal(draws)
        quarter += outlook.exposures.shocks(rng, wider[2:])
        quarter += level
    found[:1] += outlook.pipeline.of(outlook.sellers.get("rep_id", outlook.sellers.index))[:, None]
    return np.exp(found, out=found)
