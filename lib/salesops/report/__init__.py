"""The look of reports: numbers in words, charts, tables, sections and whole pages.

Notebooks and topics build pages from the blocks that are named here; everything that comes from data is
escaped when it becomes HTML or SVG. Charts are drawn with `salesops.report.theme`.
"""

from salesops.report.about import About
from salesops.report.blocks import Kpi, Message, Section, Summary, section
from salesops.report.charts import Chart, Pair
from salesops.report.look import look
from salesops.report.numbers import change, day, format_value, interval, money, number, plural, share
from salesops.report.tables import Col, DataTable

__all__ = [
    "About",
    "Chart",
    "Col",
    "DataTable",
    "Kpi",
    "Message",
    "Pair",
    "Section",
    "Summary",
    "change",
    "day",
    "format_value",
    "interval",
    "look",
    "money",
    "number",
    "plural",
    "section",
    "share",
]
