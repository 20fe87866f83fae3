"""Segments are found where there are some, and said to be absent where there are none."""

import datetime as dt
import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score, silhouette_score

from salesops.customer_segmentation.features import customer_features, features_over_time
from salesops.customer_segmentation.frozen_model import SegmentModel
from salesops.customer_segmentation.lifecycle import lifecycle_stages
from salesops.customer_segmentation.migration import migration
from salesops.customer_segmentation.naming import segment_names
from salesops.customer_segmentation.number_of_segments import criteria
from salesops.customer_segmentation.rules import segment_rule
from salesops.customer_segmentation.segmentation import find_segments
from salesops.customer_segmentation.separation import silhouettes, smallest_dip
from salesops.customer_segmentation.stability import best_jaccards
from salesops.customer_segmentation.traits import CONDITIONS, TRAITS
from salesops.not_enough_data import NotEnoughData

DAY = dt.date(2026, 9, 30)


@pytest.fixture(scope="module")
def kinds(order_lines):
    lines, kind = order_lines.three_kinds(seed=1)
    return order_lines.as_table(lines), pd.Series(kind, index=np.char.mod("A%05d", np.arange(len(kind))))


@pytest.fixture(scope="module")
def history(kinds):
    return features_over_time(kinds[0], DAY)


@pytest.fixture(scope="module")
def found(history):
    return find_segments(history)


def test_three_kinds_of_customers_are_three_segments(found, kinds):
    assert found.found
    assert len(found.segments) == 3
    customers = found.customers.set_index("account_id")
    assert adjusted_rand_score(kinds[1].reindex(customers.index), customers["segment"]) > 0.97


def test_names_say_what_the_kinds_were_made_of(found, kinds):
    customers = found.customers.set_index("account_id")
    name = customers.groupby(kinds[1].reindex(customers.index))["name"].agg(lambda names: names.mode()[0])
    assert "requent" in name["often"]
    assert "small" in name["often"].lower()
    assert "arge" in name["large"]
    assert "few products" in name["rare"] or "Rare" in name["rare"]


def test_segments_add_up_to_the_customers_they_describe(found, history):
    assert found.segments["customers"].sum() == found.customers["segment"].notna().sum()
    described = history[DAY][history[DAY]["orders"] >= 3]
    assert found.segments["revenue"].sum() == pytest.approx(described["amount_year"].sum())


def test_rules_find_nearly_all_and_nearly_only_their_segment(found):
    assert found.segments["f1"].min() > 0.9
    assert found.segments["rule"].str.count(" and ").max() <= 2


def test_customers_of_one_kind_are_no_segments(order_lines):
    answer = find_segments(features_over_time(order_lines.as_table(order_lines.one_population(3)), DAY))
    assert not answer.found
    assert "No clear segments" in answer.statement
    assert answer.customers["segment"].isna().all()
    assert answer.segments.empty
    assert len(answer.criteria) == 7
    assert isinstance(migration(answer), NotEnoughData)


def test_the_same_customers_give_the_same_answer(found, history):
    again = find_segments(history)
    pd.testing.assert_frame_equal(again.customers, found.customers)
    pd.testing.assert_frame_equal(again.segments, found.segments)


def test_the_order_of_customers_does_not_matter_to_who_belongs_together(found, history):
    turned = {day: features.sample(frac=1, random_state=1) for day, features in history.items()}
    both = found.customers.merge(find_segments(turned).customers, on="account_id")
    assert (both["segment_x"] == both["segment_y"]).all()


def test_an_analyst_may_ask_for_another_number_and_is_told_what_is_clear(history):
    answer = find_segments(history, segments=5)
    assert len(answer.segments) == 5
    assert answer.statement == "5 segments, as asked for; by the tests 3 are clear."


def test_a_model_is_the_same_after_it_was_kept_as_a_table(found, history):
    again = SegmentModel.of_table(found.model.table())
    features = history[DAY][history[DAY]["orders"] >= 3]
    np.testing.assert_allclose(again.chances(features), found.model.chances(features))
    assert again.names == found.model.names
    kept = find_segments(history, kept=found.model.table())
    pd.testing.assert_frame_equal(kept.customers, found.customers)


def test_names_of_a_kept_model_stay(found, history):
    renamed = replace(found.model, names=("One", "Two", "Three"))
    assert find_segments(history, kept=renamed.table()).segments["name"].tolist() == ["One", "Two", "Three"]


def test_a_customer_at_a_border_stays_where_it_was(found, history):
    features = history[DAY][history[DAY]["orders"] >= 3]
    # Halfway between two centres, on the logarithms that the model sees.
    halfway = found.model.centers[:2].mean(axis=0) * found.model.scale.spread + found.model.scale.mean
    border = features.iloc[[0]].assign(**dict(zip(found.model.scale.columns, np.exp(halfway), strict=True)))
    for before in (0, 1):
        assert found.model.place(border, np.array([before])).tolist() == [before]


def test_a_customer_that_changes_its_ways_changes_its_segment(found, history):
    features = history[DAY][history[DAY]["orders"] >= 3]
    places = found.model.place(features)
    one = features[places == 0].iloc[[0]]
    other = features[places == 1].iloc[[0]]
    assert found.model.place(other, np.array([0])).tolist() == [1]
    assert found.model.place(one, np.array([1])).tolist() == [0]


def test_moves_add_up_on_both_sides(found):
    moves = migration(found)
    assert moves["customers"].sum() == found.customers["segment"].notna().sum()
    placed = moves[moves["segment_before"].notna()]
    assert placed.groupby("segment_before")["share"].sum().tolist() == pytest.approx([1.0] * 3)


def test_silhouettes_are_those_of_scikit_learn():
    rng = np.random.default_rng(0)
    points = rng.normal(size=(200, 3))
    labellings = [rng.integers(0, k, 200) for k in (2, 5)]
    wanted = [silhouette_score(points, labels) for labels in labellings]
    assert silhouettes(points, labellings) == pytest.approx(wanted)


def test_one_cloud_cut_in_two_shows_no_dip_and_two_clouds_do():
    rng = np.random.default_rng(1)
    cloud = rng.normal(size=(1000, 2))
    assert smallest_dip(cloud, (cloud[:, 0] > 0).astype(int)) < 0.2
    apart = np.concatenate([cloud, cloud + np.array([6.0, 0.0])])
    assert smallest_dip(apart, np.repeat([0, 1], 1000)) > 0.8


def test_jaccard_similarity_is_common_members_over_members_of_either():
    assert best_jaccards(np.array([0, 0, 0, 1]), np.array([0, 0, 1, 1])) == pytest.approx([2 / 3, 1 / 2])


def test_criteria_of_more_than_five_thousand_customers_look_at_some():
    rng = np.random.default_rng(2)
    table = criteria(np.concatenate([rng.normal(0, 1, (4000, 2)), rng.normal(8, 1, (4000, 2))]))
    assert table.loc[table["passes"], "segments"].max() == 2


def test_a_rule_finds_the_box_that_a_segment_is():
    rng = np.random.default_rng(3)
    features = pd.DataFrame(
        {
            "orders_per_year": rng.uniform(1, 20, 2000),
            "order_value": rng.uniform(100, 9000, 2000),
            "products": rng.integers(1, 20, 2000),
        }
    )
    box = ((features["orders_per_year"] >= 6) & (features["order_value"] < 4000)).to_numpy()
    rule = segment_rule(features, box, CONDITIONS)
    assert str(rule) == "Orders 6 times a year or more, and usual order worth less than 4,000"
    assert (rule.precision, rule.recall, rule.f1) == (1.0, 1.0, 1.0)
    assert (rule.holds(features) == box).all()


def test_a_rule_for_chance_members_is_shown_to_be_worthless():
    rng = np.random.default_rng(4)
    features = pd.DataFrame({c.column: rng.uniform(1, 100, 2000) for c in CONDITIONS})
    assert segment_rule(features, rng.random(2000) < 0.1, CONDITIONS).f1 < 0.3


def test_segments_alike_in_two_traits_get_names_of_their_own():
    names = segment_names(np.array([[1.0, 1.0, 0.9, 0.0], [1.0, 1.0, -0.9, 0.0], [-2.0, -2.0, 0.0, 0.0]]), TRAITS)
    assert len(set(names)) == 3
    alike = segment_names(np.zeros((2, 4)), TRAITS)
    assert len(set(alike)) == 2


def lines_of(accounts, days, amounts):
    return pd.DataFrame({"account_id": accounts, "ordered_at": pd.to_datetime(days), "amount": amounts})


BAD = {
    "one customer": lines_of(["A"] * 4, ["2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01"], 10.0),
    "one order each": lines_of([f"A{i}" for i in range(200)], "2026-03-01", 10.0),
    "two orders each": lines_of([f"A{i}" for i in range(200)] * 2, ["2026-03-01"] * 200 + ["2026-05-01"] * 200, 9.0),
    "only returns": lines_of([f"A{i}" for i in range(200)], "2026-03-01", -10.0),
    "amounts of zero": lines_of([f"A{i}" for i in range(200)], "2026-03-01", 0.0),
    "amounts missing": lines_of([f"A{i}" for i in range(200)], "2026-03-01", np.nan),
    "no lines": lines_of([], [], 1.0).astype({"account_id": "str", "amount": "float64"}),
    "orders in the future": lines_of(["A"] * 3, ["2027-01-01", "2027-02-01", "2027-03-01"], 10.0),
    "all alike": lines_of(
        np.tile([f"A{i}" for i in range(100)], 5),
        np.repeat(pd.date_range("2025-01-01", periods=5, freq="90D"), 100),
        5.0,
    ),
    "two prices": lines_of(
        np.tile([f"A{i}" for i in range(100)], 5),
        np.repeat(pd.date_range("2025-01-01", periods=5, freq="90D"), 100),
        np.tile(np.repeat([5.0, 500.0], 50), 5),
    ),
}


@pytest.mark.parametrize("lines", BAD.values(), ids=BAD)
def test_poor_data_gets_a_clear_answer_without_a_warning(lines, order_lines):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        history = features_over_time(order_lines.as_table(lines), DAY)
        answer = find_segments(history)
        moves = migration(answer)
        stages = lifecycle_stages(history if isinstance(history, NotEnoughData) else history[DAY])
    if isinstance(answer, NotEnoughData):
        assert isinstance(moves, NotEnoughData)
        assert str(answer).startswith("not enough data: needs")
    else:
        assert answer.statement
    assert isinstance(stages, NotEnoughData) == isinstance(history, NotEnoughData)


def test_absent_orders_are_passed_on():
    absent = NotEnoughData("orders")
    assert features_over_time(absent, DAY) is absent
    assert customer_features(absent, DAY) is absent
    assert find_segments(absent) is absent
    assert lifecycle_stages(absent) is absent
