"""A page as a notebook would make it: the outputs are real blocks, and no kernel is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from salesops.not_enough_data import NotEnoughData
from salesops.report import About, Chart, Col, DataTable, Kpi, Message, Pair, Section, Summary, theme
from salesops.report.compose import PageMeta
from salesops.report.render import render

if TYPE_CHECKING:
    import nbformat

HOSTILE = "<script>alert(1)</script>\"' onload=x"
STAGES = (
    "Need raised 需求提出",
    "Project approved 立项",
    "Pre-selection 预选",
    "Comparison 方案比较",
    "Decision 采购决策",
)
HOSPITALS = (
    "湖州第一医院",
    "Hefei Binhu Hospital",
    "赣南医学院附院",
    "Tongling People's",
    "南昌大学第二附属医院",
    "Wuhu No. 2",
)


def draw_forecast(narrow):
    months = pd.date_range("2023-10-01", periods=48, freq="MS")
    level = 42 + np.arange(48) * 0.15 + 8 * np.sin(np.arange(48) / 12 * 2 * np.pi - 1)
    level[:36] += np.random.default_rng(0).normal(0, 2, 36)
    past, future = slice(24 if narrow else 0, 36), slice(35, 48)
    spread = np.sqrt(np.arange(13)) * 1.8
    fig, ax = theme.figure(340, narrow=narrow)
    theme.start_of_forecast(ax, months[35])
    ax.plot(months[past], 1e6 * level[past], color=theme.INK)
    middle = 1e6 * level[future]
    theme.band(ax, months[future], *(middle + 1e6 * k * spread for k in (-1.28, 1.28, -0.67, 0.67)))
    ax.plot(months[future], middle, color=theme.ACCENT)
    theme.direct_label(ax, months[47], middle[-1], "forecast", theme.ACCENT)
    theme.target_line(ax, months[36:], 1e6 * np.repeat([43, 50, 52, 41], 3), steps=True)
    theme.event(ax, months[28], 1e6 * level[28], "Chinese New Year")
    theme.money_axis(ax, "CNY", "a month")
    theme.month_axis(ax, most=3 if narrow else 6)
    return fig


def draw_calibration(narrow):
    fig, ax = theme.figure(300, narrow=narrow, half=True)
    won = np.array([0.08, 0.14, 0.25, 0.38, 0.54, 0.68, 0.79])
    ax.plot([0, 1], [0, 1], color=theme.LINE)
    ax.errorbar(np.linspace(0.07, 0.81, 7), won, yerr=0.08, fmt="o", color=theme.ACCENT, markersize=5)
    theme.direct_label(ax, 1, 1, "perfect", theme.MUTED, dx=-60)
    theme.percent_axis(ax, title="won")
    theme.percent_axis(ax, axis="x", title="predicted")
    return fig


def draw_stages(narrow):
    fig, ax = theme.figure(300, narrow=narrow, half=True)
    counts = [412, 287, 201, 121, 74]
    ax.barh(STAGES, counts, color=theme.ACCENT, height=0.55)
    ax.invert_yaxis()
    theme.bar_labels(ax, [str(count) for count in counts])
    return fig


def draw_heatmap(narrow):
    fig, ax = theme.figure(220, narrow=narrow, half=True)
    rng = np.random.default_rng(1).random((4, 5))
    theme.heatmap(
        ax,
        rng,
        ["华东", "North", "South", "West"],
        ["Q1", "Q2", "Q3", "Q4", "Q1"],
        [[f"{v:.0%}" for v in row] for row in rng],
    )
    return fig


def draw_cloud(narrow):
    fig, ax = theme.figure(220, narrow=narrow, half=True)
    x, y = np.random.default_rng(2).normal(size=(2, 3000))
    ax.scatter(x, x + y, s=4, color=theme.CATEGORIES[2], alpha=0.5, linewidth=0)
    theme.legend_above(
        ax, {"direct": theme.CATEGORIES[0], "distributor": theme.CATEGORIES[1], "online": theme.CATEGORIES[2]}
    )
    return fig


def deals(rows: int) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    return pd.DataFrame(
        {
            "customer": [f"{HOSPITALS[i % 6]} {i // 6 + 1}" for i in range(rows)],
            "amount": np.round(rng.lognormal(15, 0.8, rows), -4),
            "win_probability": rng.random(rows),
            "days_overdue": rng.integers(-5, 40, rows),
            "expected_close": pd.date_range("2026-10-03", periods=rows, freq="3D"),
            "next_confirmation": ["Funds and terms confirmed (C6)", "Deciders rank us first on value (F2)", None][0:3]
            * (rows // 3)
            + ["Decision path known (C4)"] * (rows % 3),
        }
    )


def summary() -> Summary:
    return Summary(
        "The quarter is more likely than not to meet its target, by a small margin that rests on eleven deals.",
        (
            Kpi(
                "bookings",
                "Bookings expected, 2026 Q4",
                142.3e6,
                "CNY",
                128e6,
                157e6,
                "up",
                trend=(120e6, 118e6, 126e6, 131e6, 138e6, 142e6),
            ),
            Kpi(
                "p_target",
                "Chance to meet the quarter's target",
                0.61,
                "share",
                better="up",
                note="target CNY 139 m",
                trend=(0.5, 0.53, 0.66, 0.68, 0.63, 0.61),
            ),
            Kpi(
                "win_rate",
                "Win rate, last 4 quarters",
                0.314,
                "share",
                0.298,
                0.330,
                "up",
                trend=(0.29, 0.31, 0.33, 0.31, 0.31, 0.314),
            ),
            Kpi(
                "open_deals", "Open deals", 295, "deals", note="CNY 486 m listed", trend=(260, 271, 284, 280, 283, 295)
            ),
        ),
        (
            Message(
                "CNY 14 m hangs on funds.",
                "Eleven deals lack confirmed funds and terms (C6); with them the bookings rise from 142 to 147 m.",
            ),
            Message(
                "Comparison is where deals die.",
                "40% of those that enter it are lost, and twice as often where a competitor is over 8% cheaper.",
            ),
            Message(
                "The 60% rule is too kind here.",
                "Deals with eight Clears and one First were won 47% of the time (80%: 41 to 53).",
            ),
        ),
        {"bookings": 138.2e6, "p_target": 0.67, "win_rate": 0.314, "open_deals": 283},
    )


def sections() -> list[Section]:
    return [
        Section(
            "Forecast against target",
            "Sales should run above target, least surely in late summer",
            "Expected lead over the year: CNY 31 m (80%: 9 to 53). July to September could fall below.",
            (
                Chart(
                    draw_forecast,
                    "Sales rise in spring and fall in autumn; the forecast stays above target until July.",
                    caption="Monthly sales, forecast with 50% and 80% bands, and target.",
                ),
            ),
        ),
        Section(
            "Can the chances be trusted?",
            "Of deals given 60%, about 60% are won",
            "",
            (
                Pair(
                    Chart(
                        draw_calibration,
                        "Points lie near the diagonal.",
                        "Predicted against won",
                        "475 deals closed in the last two quarters, not used for fitting.",
                    ),
                    Chart(
                        draw_stages,
                        "412 deals at the first stage, 74 at the last.",
                        "Open deals by buying stage",
                        "Deals open on 30 Sep 2026.",
                    ),
                ),
            ),
        ),
        Section(
            "Where",
            "The south wins more often, and small deals faster",
            "",
            (
                Pair(
                    Chart(draw_heatmap, "Win rate by region and quarter.", "Win rate by region"),
                    Chart(draw_cloud, "Days and value of 3,000 deals.", "Every deal", "One dot per deal."),
                ),
            ),
        ),
        Section("Distributors", "Distributors: not enough data", "", (NotEnoughData("partners"),)),
        Section(
            "Key prospects",
            "Four deals decide the quarter",
            "Call these first.",
            (
                DataTable(
                    deals(60),
                    (
                        Col("customer", "Customer"),
                        Col("amount", "Amount", "money", "CNY"),
                        Col("win_probability", "Win chance", "bar"),
                        Col("days_overdue", "Overdue", "number", "days"),
                        Col("expected_close", "Signing", "date"),
                        Col("next_confirmation", "Next to confirm"),
                    ),
                    "Sixty largest open deals.",
                    "customer or next step",
                ),
            ),
        ),
    ]


def about() -> About:
    return About(
        data={"opportunities": "4,210 rows, to 30 Sep 2026", "source": "postgres://ann:hunter2@db/sales"},
        parameters={"as_of": "2026-09-30", "horizon_months": 12, "currency": "CNY"},
        warnings=("Scorecards are missing for 14% of open deals.",),
        notes=("Chances come from a logistic model fitted to eight quarters of closed deals.",),
    )


def shown(block) -> nbformat.NotebookNode:
    """Return what a kernel would store for a cell that ends with `block`."""
    if hasattr(block, "_repr_mimebundle_"):
        return new_output("execute_result", block._repr_mimebundle_(), execution_count=1)
    data = {"text/html": str(block._repr_html_()), "text/plain": "block"}
    return new_output("execute_result", data, execution_count=1)


def cell(source, *outputs, tags=()):
    made = new_code_cell(source, outputs=list(outputs), execution_count=1)
    made.metadata["tags"] = list(tags)
    return made


def demo_notebook(blocks=None) -> nbformat.NotebookNode:
    """Return an executed notebook with a summary, sections, prose and a warning on stderr."""
    blocks = sections() if blocks is None else blocks
    cells = [
        new_markdown_cell("# Win probability\n\nWhich open deals will be won, and what would win more of them?"),
        cell('as_of: str = "2026-09-30"  # day of the analysis', tags=["parameters"]),
        cell("from salesops.report import look\n\nlook()", shown(summary()), tags=["setup"]),
        new_markdown_cell("## Sections\n\nHow the forecast is made."),
        *[cell(f"section_{i}(deals)", shown(block)) for i, block in enumerate(blocks)],
        cell("warn()", new_output("stream", name="stderr", text="a warning nobody should see\n")),
        new_markdown_cell("## Try it"),
        cell("sliders()", new_output("display_data", {"text/plain": "slider"}), tags=["try-it"]),
        cell("summary", shown(summary()), tags=["summary"]),
        cell("about", shown(about())),
    ]
    cells[-4].metadata["tags"] = ["try-it"]
    return new_notebook(cells=cells)


META = PageMeta("2026 Q4 plan", "base", "2026-09-30", home="index.html")


@pytest.fixture(scope="session")
def notebook():
    return demo_notebook()


@pytest.fixture(scope="session")
def page(notebook) -> str:
    return render(notebook, meta=META)


@pytest.fixture(scope="session")
def page_file(page, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "page.html"
    path.write_text(page, encoding="utf-8")
    return path
