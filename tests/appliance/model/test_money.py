from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from iso4217 import Currency

from appliance.errors import MatineeError
from appliance.model import money

PAYABLE = sorted(one.code for one in Currency if one.exponent is not None)
CURRENCIES = st.sampled_from(PAYABLE)


@given(CURRENCIES, st.integers(0, money.LARGEST_MINOR - 1))
def test_an_amount_is_written_and_read_without_loss_in_every_currency(currency: str, minor: int) -> None:
    text = money.plain(minor, currency)
    assert money.parse(text, currency) == minor
    assert money.parse(text.replace(".", ","), currency) == minor
    assert Fraction(text) * 10 ** money.exponent(currency) == minor


@given(CURRENCIES, st.text(max_size=30))
def test_whatever_is_typed_is_an_amount_that_is_not_negative_or_is_refused(currency: str, text: str) -> None:
    try:
        minor = money.parse(text, currency)
    except MatineeError as refused:
        assert refused.key == "money.not_an_amount"
    else:
        assert 0 <= minor < money.LARGEST_MINOR


@pytest.mark.parametrize(
    ("text", "currency"),
    [("-1", "EUR"), ("1.005", "EUR"), ("0.5", "JPY"), ("1.0001", "BHD"), ("1" * 13, "JPY"), ("1e3", "EUR")],
)
def test_negative_huge_and_finer_than_the_currency_is_refused(text: str, currency: str) -> None:
    with pytest.raises(MatineeError, match="no amount of"):
        money.parse(text, currency)


@pytest.mark.parametrize(("text", "currency"), [("1,000", "JPY"), ("1.000", "EUR"), ("12,500", "EUR")])
def test_thousands_are_not_taken_for_a_thousandth_of_them(text: str, currency: str) -> None:
    with pytest.raises(MatineeError, match="no amount of"):
        money.parse(text, currency)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12.5", "EUR", 1250),
        ("800", "JPY", 800),
        ("12.00", "JPY", 12),
        ("1.234", "BHD", 1234),
        ("0,05", "EUR", 5),
    ],
)
def test_amounts_are_in_the_currencys_own_smallest_unit(text: str, currency: str, minor: int) -> None:
    assert money.parse(text, currency) == minor


@pytest.mark.parametrize("code", ["XAU", "XXX", "EURO", "", "eu"])
def test_what_nobody_pays_with_is_no_currency(code: str) -> None:
    with pytest.raises(MatineeError, match="no currency"):
        money.exponent(code)


@given(st.integers(-(10**9), 10**9), st.integers(0, money.WHOLE_BP))
def test_tax_is_the_nearest_whole_unit_of_what_is_within_the_price(gross: int, rate: int) -> None:
    exact = Fraction(gross * rate, money.WHOLE_BP + rate)
    assert abs(money.tax_within(gross, rate) - exact) <= Fraction(1, 2)
    assert money.tax_within(-gross, rate) == -money.tax_within(gross, rate)


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(0, 4000), min_size=1, max_size=6))
def test_shares_make_the_whole_and_none_is_a_unit_off(total: int, some: list[int]) -> None:
    shares = [share * money.WHOLE_BP // max(1, sum(some)) for share in some]
    shares[0] += money.WHOLE_BP - sum(shares)
    parts = money.split(total, tuple(shares))
    assert sum(parts) == total
    for part, share in zip(parts, shares, strict=True):
        assert abs(part - Fraction(total * share, money.WHOLE_BP)) < 1


@pytest.mark.parametrize("text", ["", "-1", "101", "1e1", "7,5", "100.01"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(MatineeError, match="no rate"):
        money.basis_points(text)
