"""What is sold, at which price, under which promotions, against whom: the constants of the company and its market."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from salesops.tables.sample.calendar import day_number

if TYPE_CHECKING:
    from salesops.tables.sample.draws import Floats, Ints

REGIONS = ("North", "East", "South", "Central", "West")
REGION_WEIGHTS = np.array([0.20, 0.28, 0.20, 0.18, 0.14])
INDUSTRIES = ("tertiary hospital", "county hospital", "dialysis centre", "independent laboratory")
INDUSTRY_WEIGHTS = np.array([0.26, 0.38, 0.21, 0.15])
CHANNELS = ("direct", "distributor")

EQUIPMENT = ("dialysis equipment", "sterilisation equipment", "laboratory equipment")
CONSUMABLES = ("dialysis consumables", "sterilisation consumables", "laboratory reagents")
LINES = EQUIPMENT + CONSUMABLES
# How an industry's need divides over dialysis, sterilisation and laboratory.
NEED = np.array([[0.35, 0.33, 0.32], [0.36, 0.40, 0.24], [0.80, 0.17, 0.03], [0.04, 0.26, 0.70]])
# Share of a line's yearly spend in the market that goes to equipment.
EQUIPMENT_SHARE = 0.4

# Quantity of an order ∝ (net price)^elasticity; one figure per line of CONSUMABLES.
ELASTICITY = np.array([-0.7, -1.2, -1.7])
QUANTITY_NOISE = 0.45


class Product(NamedTuple):
    """One product; prices in CNY, `list_price` as of today. Equipment comes in three sizes per line, small to large."""

    product_id: str
    name: str
    line: int
    list_price: float
    unit_cost: float
    launched: date


PRODUCTS = (
    Product("P101", "血液透析机 HD-100 基础型", 0, 42000, 27000, date(2016, 3, 1)),
    Product("P102", "血液透析滤过机 HDF-500", 0, 128000, 80000, date(2018, 9, 1)),
    Product("P103", "透析用水系统 RO-20", 0, 298000, 189000, date(2019, 5, 1)),
    Product("P201", "台式灭菌器 TS-24", 1, 36000, 22000, date(2015, 6, 1)),
    Product("P202", "低温等离子灭菌器 LP-120", 1, 142000, 89000, date(2017, 4, 1)),
    Product("P203", "脉动真空灭菌器 PV-600", 1, 324000, 210000, date(2018, 2, 1)),
    Product("P301", "Haematology analyser HX-60", 2, 46000, 28000, date(2017, 10, 1)),
    Product("P302", "生化分析仪 BA-400", 2, 165000, 98000, date(2019, 8, 1)),
    Product("P303", "化学发光分析仪 CL-900", 2, 388000, 221000, date(2018, 6, 1)),
    Product("P401", "透析器 F16", 3, 118, 71, date(2016, 3, 1)),
    Product("P402", "透析器 F18 高通量", 3, 158, 90, date(2018, 9, 1)),
    Product("P403", "血路管 BL-2", 3, 32, 19, date(2016, 3, 1)),
    Product("P404", "透析浓缩液 A/B", 3, 46, 30, date(2016, 3, 1)),
    Product("P405", "Dialyser F20 super-flux", 3, 198, 109, date(2022, 3, 1)),
    Product("P501", "灭菌包装卷袋 200mm", 4, 145, 92, date(2015, 6, 1)),
    Product("P502", "化学指示卡", 4, 68, 33, date(2015, 6, 1)),
    Product("P503", "过氧化氢卡匣", 4, 420, 236, date(2017, 4, 1)),
    Product("P504", "Enzymatic detergent 5 L", 4, 260, 158, date(2018, 2, 1)),
    Product("P601", "生化试剂 通用组", 5, 380, 196, date(2017, 10, 1)),
    Product("P602", "发光试剂 肿瘤标志物", 5, 860, 395, date(2019, 8, 1)),
    Product("P603", "发光试剂 甲状腺功能", 5, 720, 338, date(2019, 8, 1)),
    Product("P604", "Haematology reagent kit", 5, 240, 131, date(2018, 6, 1)),
    Product("P605", "校准品与质控品", 5, 510, 262, date(2024, 5, 1)),
)
PRODUCT_LINE = np.array([product.line for product in PRODUCTS])
LIST_PRICE = np.array([product.list_price for product in PRODUCTS], dtype=float)
FIRST_PRICE = np.array([next(p.list_price for p in PRODUCTS if p.line == line) for line in range(len(LINES))])
EQUIPMENT_PRODUCTS = np.array([i for i, product in enumerate(PRODUCTS) if product.line < len(EQUIPMENT)])
CONSUMABLE_PRODUCTS = np.array([i for i, product in enumerate(PRODUCTS) if product.line >= len(EQUIPMENT)])
UNIT_COST = np.array([product.unit_cost for product in PRODUCTS], dtype=float)
LAUNCHED = np.array([day_number(product.launched) for product in PRODUCTS])

# The price rises: (first day, list price from then on as a share of today's).
_CONSUMABLE_RISES = ((day_number(date(2023, 1, 1)), 1 / 1.04), (day_number(date(2025, 4, 1)), 1.0))
_EQUIPMENT_RISES = ((day_number(date(2023, 7, 1)), 1.0),)
_FIRST_LEVELS = (1 / 1.03, 1 / (1.04 * 1.06))


def list_prices(products: Ints, days: Ints) -> Floats:
    """Return the list price of each product on each day."""
    consumable = PRODUCT_LINE[products] >= len(EQUIPMENT)
    level = np.where(consumable, _FIRST_LEVELS[1], _FIRST_LEVELS[0])
    for rises, kind in ((_CONSUMABLE_RISES, consumable), (_EQUIPMENT_RISES, ~consumable)):
        for day, share in rises:
            level = np.where(kind & (days >= day), share, level)
    return np.round(LIST_PRICE[products] * level, 2)


class Promotion(NamedTuple):
    """One promotion on all consumables: besides its discount it multiplies quantities by exp(`boost`)."""

    promotion_id: str
    kind: str
    starts: date
    ends: date
    discount: float
    cost: float


BOOST = {"bundle": 0.22, "price cut": 0.04, "trade fair": 0.12, "year-end": 0.16}
TAKE_UP = 0.6
PROMOTIONS = (
    Promotion("M01", "trade fair", date(2021, 5, 10), date(2021, 6, 6), 0.08, 260000),
    Promotion("M02", "year-end", date(2021, 11, 22), date(2021, 12, 26), 0.12, 180000),
    Promotion("M03", "price cut", date(2022, 3, 7), date(2022, 4, 3), 0.10, 60000),
    Promotion("M04", "bundle", date(2022, 8, 15), date(2022, 9, 18), 0.05, 120000),
    Promotion("M05", "trade fair", date(2023, 5, 8), date(2023, 6, 4), 0.08, 280000),
    Promotion("M06", "year-end", date(2023, 11, 20), date(2023, 12, 24), 0.12, 190000),
    Promotion("M07", "bundle", date(2024, 3, 11), date(2024, 4, 14), 0.05, 130000),
    Promotion("M08", "price cut", date(2024, 8, 12), date(2024, 9, 8), 0.10, 65000),
    Promotion("M09", "trade fair", date(2025, 5, 12), date(2025, 6, 8), 0.08, 300000),
    Promotion("M10", "year-end", date(2025, 11, 24), date(2025, 12, 28), 0.12, 200000),
    Promotion("M11", "price cut", date(2026, 3, 9), date(2026, 4, 5), 0.10, 70000),
    Promotion("M12", "trade fair", date(2026, 5, 11), date(2026, 6, 7), 0.08, 310000),
    Promotion("M13", "year-end", date(2026, 11, 23), date(2026, 12, 27), 0.12, 210000),
)
DISCOUNT = np.array([promotion.discount for promotion in PROMOTIONS])
PROMOTION_BOOST = np.array([BOOST[promotion.kind] for promotion in PROMOTIONS])


def promotion_on(days: Ints) -> Ints:
    """Return the promotion (position in `PROMOTIONS`) that runs on each day, or −1."""
    starts = np.array([day_number(promotion.starts) for promotion in PROMOTIONS])
    ends = np.array([day_number(promotion.ends) for promotion in PROMOTIONS])
    latest = np.searchsorted(starts, days, side="right") - 1
    return np.where((latest >= 0) & (days <= ends[latest]), latest, -1)


COMPETITORS = ("昊仁医疗 Haoren", "Norvia", "Kestrel", "天衢 Tianqu")
# What meeting a competitor takes from our log-odds of winning, on day 0 and on the last day: the fourth one gains.
COMPETITOR_STRENGTH = np.array([[0.15, 0.05, -0.15, -0.30], [0.15, 0.00, -0.20, 0.75]])
# How often each is met, and the chance that nobody is (last).
COMPETITOR_PRESENCE = np.array([[0.34, 0.26, 0.20, 0.08, 0.12], [0.25, 0.18, 0.12, 0.33, 0.12]])
# Share of the market that is not ours, by competitor, in 2021 and 2025.
COMPETITOR_SHARE = np.array([[0.40, 0.32, 0.21, 0.07], [0.33, 0.26, 0.16, 0.25]])


def between(ends: Floats, progress: Floats) -> Floats:
    """Return the straight line from `ends[0]` to `ends[1]`, one row per progress from 0 to 1.

    Examples
    --------
    >>> between(np.array([[0.0], [2.0]]), np.array([0.0, 0.5]))
    array([[0.],
           [1.]])
    """
    share = np.clip(progress, 0.0, 1.0)[:, None]
    line: Floats = ends[0] * (1 - share) + ends[1] * share
    return line
