"""Everybody can read the pages: WCAG 2.2 AA asks 4.5 of text and 3 of marks."""

from __future__ import annotations

import pytest

from salesops.report.palette import CATEGORIES, DARK, NAMES, SEQUENTIAL, contrast, text_colour, text_on, variables

LIGHT = {name: colour for colour, name in NAMES.items()}
TEXTS = sorted({"ink", "muted", "accent", "good", "bad", *(NAMES[text_colour(colour)] for colour in CATEGORIES)})


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "wash"])
@pytest.mark.parametrize("text", TEXTS)
def test_text_can_be_read(scheme, ground, text):
    assert contrast(scheme[text], scheme[ground]) >= 4.5


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("step", range(len(SEQUENTIAL)))
def test_figures_in_a_heatmap_can_be_read_on_every_shade(scheme, step):
    assert contrast(scheme[NAMES[text_on(step)]], scheme[f"seq-{step + 1}"]) >= 4.5


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("mark", [NAMES[colour] for colour in CATEGORIES])
def test_marks_stand_out_from_the_page(scheme, mark):
    assert contrast(scheme[mark], scheme["paper"]) >= 3


def test_the_contrast_of_mid_grey_on_white_is_the_published_one():
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


def test_each_colour_has_a_dark_counterpart():
    assert set(NAMES.values()) == set(DARK)
    assert variables("dark").count("--so-") == variables().count("--so-")
