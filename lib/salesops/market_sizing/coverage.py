"""How much of the market we reach: a contact, an opportunity, an order; and the money that nobody calls on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesops.market_sizing.segments import SEGMENT
from salesops.not_enough_data import NotEnoughData, passes_not_enough_data
from salesops.tables.queries import collect

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from salesops.market_sizing.segments import Ours
    from salesops.market_sizing.sizes import Sizes
    from salesops.tables import Tables

STEPS = ("contact", "opportunity", "order")
OPPORTUNITY_YEARS = 2


@dataclass(frozen=True)
class Coverage:
    """Accounts and spend reached.

    Parameters
    ----------
    accounts
        The accounts of `Ours` with contact, opportunity (of the last two years) and order (of the last year), each
        True or False; a step whose table is missing is left out.
    steps
        By step, for all accounts: accounts and spend (shares reached).
    segments
        By industry and region: accounts, spend (potential, known), sales, each step's share of spend, penetration
        (sales over spend), peers (that of the same industry elsewhere) and gap (money a year that peers' penetration
        would bring), known (share of the market's buyers that are in our accounts, where counted).
    """

    accounts: pd.DataFrame
    steps: pd.DataFrame
    segments: pd.DataFrame

    @property
    def knows_spend(self) -> bool:
        """Whether accounts say what they spend."""
        return bool(self.accounts["potential_spend"].notna().any())


@passes_not_enough_data
def coverage(known: Tables, ours: Ours) -> Coverage | NotEnoughData:
    """Return which accounts have a contact, an opportunity and an order, and what spend that is.

    Parameters
    ----------
    known
        The tables as of a day.
    ours
        From `salesops.market_sizing.segments.ours`.
    """
    if not known.has("accounts"):
        return NotEnoughData("accounts", "who does not buy is in no other table")
    reached = _reached(known, ours)
    accounts = ours.accounts.assign(**{step: ours.accounts["account_id"].isin(ids) for step, ids in reached.items()})
    # Spend that nobody has noted is the mean of the accounts' segment, so that shares are of the same accounts.
    typical = accounts.groupby(SEGMENT)["potential_spend"].transform("mean")
    spend = accounts["potential_spend"].fillna(typical).fillna(accounts["potential_spend"].mean())
    accounts = accounts.assign(spend=spend)
    steps = pd.DataFrame(
        {"accounts": accounts[list(reached)].mean(), "spend": _share_of_spend(accounts, list(reached))}
    )
    return Coverage(accounts, steps, _by_segment(accounts, list(reached)))


def _reached(known: Tables, ours: Ours) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    if known.has("contacts"):
        found["contact"] = _ids(known.expressions["contacts"].select("account_id").distinct())
    if known.has("opportunities"):
        deals = known.expressions["opportunities"]
        since = (pd.Timestamp(known.as_of) - pd.DateOffset(years=OPPORTUNITY_YEARS)).date()
        found["opportunity"] = _ids(deals.filter(deals.created_at > since).select("account_id").distinct())
    found["order"] = set(ours.accounts.loc[ours.accounts["orders"] > 0, "account_id"])
    return found


def _ids(query: ir.Table) -> set[str]:
    frame = collect(query)
    return set() if isinstance(frame, NotEnoughData) else set(frame["account_id"])


def _share_of_spend(accounts: pd.DataFrame, steps: list[str]) -> pd.Series[float]:
    total = accounts["spend"].sum()
    if not total > 0:
        return pd.Series(np.nan, steps)
    return accounts[steps].mul(accounts["spend"], axis=0).sum() / total


def _by_segment(accounts: pd.DataFrame, steps: list[str]) -> pd.DataFrame:
    money = accounts[steps].mul(accounts["spend"], axis=0).assign(**accounts[SEGMENT], spend=accounts["spend"])
    sums = money.groupby(SEGMENT)[[*steps, "spend"]].sum()
    sums[steps] = sums[steps].div(sums["spend"].where(sums["spend"] > 0), axis=0)
    grouped = accounts.groupby(SEGMENT)
    table = sums.assign(accounts=grouped.size(), sales=grouped["sales"].sum().clip(lower=0))
    table["penetration"] = table["sales"] / table["spend"].where(table["spend"] > 0)
    table["peers"] = _peers(table)
    return table.assign(gap=((table["peers"] - table["penetration"]) * table["spend"]).clip(lower=0)).reset_index()


def _peers(table: pd.DataFrame) -> pd.Series[float]:
    """Return the penetration of the same industry in all other regions."""
    total = table.groupby(level="industry")[["sales", "spend"]].transform("sum")
    others = total - table[["sales", "spend"]]
    return others["sales"] / others["spend"].where(others["spend"] > 0)


def white_spots(found: Coverage, most: int) -> pd.DataFrame:
    """Return accounts with neither an opportunity nor an order, largest spend first.

    Parameters
    ----------
    found
        From `coverage`.
    most
        Most accounts to return.
    """
    steps = [step for step in STEPS[1:] if step in found.accounts]
    idle = found.accounts[~found.accounts[steps].any(axis=1)]
    if found.knows_spend:
        idle = idle[idle["potential_spend"].notna()]
    return idle.sort_values("potential_spend", ascending=False, kind="stable").head(most)


@passes_not_enough_data
def unseen(found: Coverage, sizes: Sizes) -> pd.DataFrame:
    """Return by segment the money of buyers that no table of ours names: the market less what our accounts spend.

    Returns
    -------
    DataFrame
        industry, region, market, named (what our accounts spend), unseen (not below zero), known (accounts over the
        market's buyers, where those are counted); largest unseen first.
    """
    rows = sizes.segments.merge(found.segments[[*SEGMENT, "spend", "accounts"]], on=SEGMENT, how="left")
    rows = rows.rename(columns={"p50": "market", "spend": "named"}).fillna({"named": 0.0, "accounts": 0.0})
    rows = rows.assign(unseen=(rows["market"] - rows["named"]).clip(lower=0), known=rows["accounts"] / rows["buyers"])
    columns = [*SEGMENT, "market", "named", "unseen", "known"]
    return rows[rows["region"] != ""][columns].sort_values("unseen", ascending=False, ignore_index=True)
