"""The least that each published table holds, by the notebook that writes it; further columns may follow."""

from __future__ import annotations

OUTPUT_CONTRACT: dict[str, dict[str, tuple[str, ...]]] = {
    topic: {table: tuple(columns.split()) for table, columns in tables.items()}
    for topic, tables in {
        "market_sizing": {
            "market_sizes": "industry region measure method p10 p50 p90",
            "expected_sales": "segment period p10 p50 p90",
            "diffusion": "segment model p q m p_se q_se m_se selected",
            "elasticities": "product_line elasticity low high n",
            "price_points": "product_line pmc ipp opp pme best_price goal",
            "competition": "year segment competitor share hhi",
        },
        "win_probability": {
            "open_deals": (
                "opportunity_id win_probability low high win_this_quarter expected_amount expected_close reasons_up "
                "reasons_down next_confirmation next_gain"
            ),
            "key_prospects": (
                "opportunity_id account stage amount win_probability low high expected_amount expected_close changed "
                "risks resources_needed next_step"
            ),
            "scorecards": "opportunity_id clears firsts win days_since_review unticked at_rule",
            "confirmations": "confirmation weight low high rank equal_weight",
            "model_card": "model split metric value low high",
            "calibration": "model bin predicted observed n",
            "inference": "feature comparison effect std_error z p_value p_adjusted low high",
            "bookings": "period mean p10 p50 p90",
            "funnel": (
                "kind step reached reached_low reached_high conversion low high left lost lost_amount under_way "
                "days_median days_low days_high needs"
            ),
            "growth": "factor before now part low high period_before period",
            "lead_sources": (
                "source leads deals won won_amount conversion conversion_low conversion_high conversion_shrunk "
                "won_share won_share_low won_share_high days_median cost_per_lead cost_per_win cost_per_win_low "
                "cost_per_win_high won_per_cost won_per_cost_low won_per_cost_high"
            ),
            "losses": (
                "by value lost lost_amount share cumulative_share won win_rate low high expected gap gap_low gap_high "
                "winnable winnable_amount"
            ),
            "rep_optimism": (
                "rep_id deals days_late days_late_low days_late_high slipped slipped_low slipped_high won_deals "
                "amount_change amount_change_low amount_change_high"
            ),
            "past_bookings": "period made_on quarters_ahead mean p10 p50 p90 actual",
        },
        "customer_segmentation": {
            "customers": (
                "account_id segment value_tier value_score band lifecycle_stage p_alive expected_orders "
                "expected_value clv clv_low clv_high churn_risk weeks_overdue wallet_share next_step"
            ),
            "segments": "segment name rule customers revenue stability",
        },
        "incentive_simulation": {
            "payouts": "plan rep_id attainment_p50 pay_mean pay_p10 pay_p90 change_from_current",
            "plans": (
                "plan cost_mean cost_p10 cost_p90 sales_mean cost_of_sales share_at_quota gini fairness steepest_margin"
            ),
            "quotas": "period rep_id potential quota new_quota change",
        },
        "sales_forecasting": {
            "forecast": "level key period mean p10 p50 p90 model",
            "promotions": "kind months_run lift low high months_planned",
            "anomalies": "month level key actual expected low high gap by child contribution",
            "forecast_totals": "level key period sales_so_far mean p10 p50 p90",
            "backtest": "level model horizon metric value",
            "targets": "period level key target forecast probability_met",
            "target_split": "period level key measure target share",
            "this_quarter": "period level way booked still_to_come total weight error p10 p90",
            "past_forecasts": "made_on level key period months_ahead mean p10 p90 actual naive",
        },
    }.items()
}
