"""Wrong parameters are refused in a sentence."""

import pytest

from salesops.errors import InputError
from salesops.win_probability.parameters import Parameters


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"top_deal": 3}, 'did you mean "top_deals"?'),
        ({"history_quarters": 1}, "history_quarters"),
        ({"key_amount": -1}, "key_amount"),
    ],
)
def test_a_wrong_parameter_is_named(wrong, said):
    with pytest.raises(InputError) as refused:
        Parameters(**wrong)
    assert said in str(refused.value)


def test_every_parameter_is_explained():
    assert all(field.description for field in Parameters.model_fields.values())
