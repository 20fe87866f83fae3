"""Product lines and markets have good and bad quarters of their own, which all who sell them share."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from salesops.incentive_simulation.exposure import Exposures, exposures
from salesops.incentive_simulation.luck import luck
from salesops.incentive_simulation.outlook import draw_attainments, rep_outlook
from salesops.incentive_simulation.sales_cells import sales_cells
from salesops.incentive_simulation.shared_variances import shared_variances
from salesops.not_enough_data import NotEnoughData

COMPANY, REGION, OWN = 0.10, 0.08, 0.25
FIRST = 2022 * 4


def sold(seed, line_sd=0.0, market_sd=0.0, reps=40, quarters=16, specialised=0.4, growth=0.0, lumps=4):
    """Order lines of reps as a table of mixes, and the results that follow; cells are lumpy, lines may grow apart."""
    rng = np.random.default_rng(seed)
    region, lines, markets = np.arange(reps) % 5, 5, 4
    by_line, by_market = (rng.dirichlet(np.full(kinds, specialised), reps) for kinds in (lines, markets))
    alike = rng.normal(-0.05, 0.2, (reps, 1)) + COMPANY * rng.normal(size=(1, quarters))
    alike = alike + REGION * rng.normal(size=(5, quarters))[region] + OWN * rng.normal(size=(reps, quarters))
    line = line_sd * rng.normal(size=(lines, quarters)) + growth * np.outer(np.linspace(-1, 1, lines), range(quarters))
    market = market_sd * rng.normal(size=(markets, quarters))
    shocks = alike[:, None, None] + line[None, :, None] + market[None, None]
    cells = (
        (by_line[:, :, None] * by_market[:, None, :])[..., None]
        * np.exp(shocks)
        * rng.gamma(lumps, 1 / lumps, shocks.shape)
    )
    rep, one, other, quarter = (index.ravel() for index in np.indices(cells.shape))
    mix = {"rep_id": np.char.mod("R%02d", rep), "product_line": np.char.mod("L%d", one), "quarter": FIRST + quarter}
    mix = pd.DataFrame(mix | {"industry": np.char.mod("I%d", other), "sales": 1e6 * cells.ravel()})
    rows = mix.groupby(["rep_id", "quarter"], as_index=False)["sales"].sum()
    place = rows["rep_id"].str[1:].astype(int)
    rows = rows.assign(region=np.array(list("NESWC"))[region[place]], role="AR", name=rows["rep_id"], present=1.0)
    period = [f"{number // 4}Q{number % 4 + 1}" for number in rows["quarter"]]
    return rows.assign(period=period, base_pay=0.0, target_pay=96_000.0, sales_quota=1e6), mix


def variances(**law):
    found = [shared_variances(sales_cells(*sold(seed, **law))) for seed in range(8)]
    return {kind: np.array([one[kind] for one in found]) for kind in found[0]}


@pytest.mark.parametrize(("line_sd", "market_sd"), [(0.2, 0.0), (0.0, 0.2), (0.25, 0.15)])
def test_swings_of_lines_and_markets_are_recovered_and_told_apart(line_sd, market_sd):
    found = variances(line_sd=line_sd, market_sd=market_sd)
    for kind, truth in (("product", line_sd), ("market", market_sd)):
        error = found[kind].std(ddof=1) / np.sqrt(len(found[kind]))
        # Variances are cut off at zero, so that where there is none the mean lies a little above it.
        assert found[kind].mean() == pytest.approx(truth**2, abs=3 * error + 0.002), kind


def test_reps_who_all_sell_the_same_mix_still_tell_lines_from_the_company():
    found = variances(line_sd=0.2, specialised=50.0)
    assert 0.15 < np.sqrt(found["product"].mean()) < 0.25


def test_lines_that_steadily_grow_apart_do_not_swing():
    assert np.sqrt(variances(growth=0.05)["product"].mean()) < 0.06


def together(draws, rep, other):
    return np.corrcoef(np.log(draws[0, [rep, other]]))[0, 1]


def test_two_specialists_of_one_line_swing_together_and_two_of_different_lines_less():
    results, mix = sold(3, line_sd=0.4, specialised=0.02, quarters=24, lumps=100)
    outlook = rep_outlook(results, quarters=24, mix=mix)
    main = outlook.exposures.shares["product"].to_numpy()
    line, purity, region = main.argmax(axis=1), main.max(axis=1), outlook.sellers["region"].to_numpy()
    first = int(purity.argmax())
    elsewhere = np.flatnonzero((region != region[first]) & (purity > 0.8))
    same, other = (elsewhere[(line[elsewhere] == line[first]) == alike][0] for alike in (True, False))
    draws = draw_attainments(outlook, 6000, seed=1)
    shared = COMPANY**2 + 0.4**2
    total = shared + REGION**2 + OWN**2 + 1 / 100
    assert together(draws, first, same) == pytest.approx(shared / total, abs=0.2)
    assert together(draws, first, same) > together(draws, first, other) + 0.3
    blind = draw_attainments(rep_outlook(results, quarters=24), 6000, seed=1)
    assert together(blind, first, same) == pytest.approx(together(blind, first, other), abs=0.1)


def test_what_a_reps_draws_vary_by_is_what_the_outlook_says():
    results, mix = sold(4, line_sd=0.25, market_sd=0.2)
    outlook = rep_outlook(results, mix=mix)
    sd = np.log(draw_attainments(outlook, 4000, seed=2)[0]).std(axis=1)
    level = np.hypot(outlook.sellers["log_mean_sd"], outlook.swings.company_sd / 4)
    assert sd == pytest.approx(np.hypot(outlook.log_sd, level), rel=0.1)


def test_the_parts_of_attainment_name_lines_and_markets():
    results, mix = sold(5, line_sd=0.3, market_sd=0.2, reps=80, quarters=32)
    parts = luck(results, mix)
    exposed = parts.exposures.shares
    for kind, sd in (("product", 0.3), ("market", 0.2)):
        overlap = float((exposed[kind] ** 2).sum(axis=1).mean())
        assert getattr(parts, kind) == pytest.approx(sd**2 * overlap, rel=0.5), kind
    assert parts.total == pytest.approx(
        parts.person + parts.chance + parts.region + parts.company + parts.product + parts.market
    )
    blind = luck(results)
    assert blind.product == blind.market == 0.0
    assert blind.total == pytest.approx(parts.total, rel=0.05)


def test_who_sold_nothing_lately_is_taken_to_sell_what_all_do():
    results, mix = sold(6, line_sd=0.2)
    shares = exposures(results, mix).of(["R01", "nobody"]).shares["product"]
    assert shares.sum(axis=1).tolist() == pytest.approx([1.0, 1.0])
    assert shares.loc["nobody"].to_numpy() == pytest.approx(exposures(results, mix).shares["product"].mean().to_numpy())


def test_nothing_is_said_of_lines_and_markets_where_nothing_can_be():
    results, mix = sold(7, line_sd=0.3)
    assert exposures(results, NotEnoughData("orders")).shares == {}
    assert shared_variances(sales_cells(results[results["quarter"] < FIRST + 4], mix)) == {}
    assert shared_variances(sales_cells(results[results["rep_id"] < "R03"], mix)) == {}
    one = mix.assign(product_line=None, industry=None)
    assert exposures(results, one).shares == {}
    assert exposures(results, mix.assign(sales=0.0)).shares == {}
    assert Exposures().variance == Exposures().covariance == 0.0
    alone = rep_outlook(results, mix=one)
    assert alone.log_sd == pytest.approx(alone.swings.sd)
