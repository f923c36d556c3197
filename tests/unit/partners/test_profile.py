"""A partner's TOML text: read strictly, written back equal."""

from __future__ import annotations

from decimal import Decimal

import pytest

from gateway.catalogues import rounding_of
from orders.money import Rounding, RoundingMode, RoundingScope
from partners.partner import Direction, Identifier
from partners.profile import ProfileInvalid, read_profile, write_profile

WHOLE = """
partner = "acme"
name = "Acme Retail"
customer = "C-1001"

[[identifiers]]
qualifier = "01"
value = "007940297"

[[identifiers]]
qualifier = "ZZ"
value = "ACME"

[[channels]]
kind = "folder"
inbox = "acme/in"
outbox = "acme/out"

[[agreements]]
document = "850"
versions = ["004010", "005010"]
map = "acme-850"

[[agreements]]
document = "855"
direction = "out"
map = "acme-855"

[credit]
check = false

[review]
price_tolerance_percent = "1.5"
duplicate_po = "refuse"

[review.rules.R7]
times_median = "5"

[review.rules.R24]
severity = "reject"
limits = { "ann.lee" = "500" }

[review.own]
X1 = "off"

[printing]
documents = ["packing-slip"]
prices_on_packing_slip = true
"""


def test_profile_reads_back_equal_after_it_was_written() -> None:
    profile = read_profile(WHOLE)
    assert read_profile(write_profile(profile)) == profile


def test_control_characters_and_quotes_in_a_name_survive_the_way_out_and_back() -> None:
    profile = read_profile(WHOLE).model_copy(update={"name": 'A "quoted"\\name\nwith a line'})
    assert read_profile(write_profile(profile)) == profile


def test_leading_zeros_of_an_identifier_stay() -> None:
    assert read_profile(WHOLE).identifiers[0] == Identifier(qualifier="01", value="007940297")


@pytest.mark.parametrize(
    ("version", "direction", "found"),
    [("004010VICS", Direction.IN, True), ("005010", Direction.IN, True), ("003040", Direction.IN, False)],
)
def test_agreement_is_found_by_document_version_and_direction(version: str, direction: Direction, found: bool) -> None:
    assert (read_profile(WHOLE).agreement("850", version, direction) is not None) is found


def test_agreement_of_the_other_direction_is_not_taken() -> None:
    assert read_profile(WHOLE).agreement("855", "004010") is None
    assert read_profile(WHOLE).agreement("855", "004010", Direction.OUT) is not None


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        ("price_tolerance_percent", "price_tolerence_percent", "did you mean 'price_tolerance_percent'"),
        ("times_median", "times_medan", "review.rules.R7.times_medan: unknown key; did you mean 'times_median'"),
        ("[review.rules.R7]", "[review.rules.R77]", "review.rules.R77: unknown key; did you mean 'R7'"),
        ('severity = "reject"', 'severity = "loud"', "review.rules.R24.severity"),
        ('document = "850"', 'docment = "850"', "agreements[1].docment: unknown key; did you mean 'document'"),
        ('name = "Acme Retail"', "", "name: this key is needed"),
        ('partner = "acme"', 'partner = "../acme"', "partner: "),
        ('partner = "acme"', "partner = acme", "not a TOML text"),
        ('price_tolerance_percent = "1.5"', 'price_tolerance_percent = "lots"', "review.price_tolerance_percent"),
        ('inbox = "acme/in"', "", "channels[1].inbox: this key is needed"),
        ('outbox = "acme/out"', 'outbox = "acme/out"\nhost = "h"', "channels[1].host: unknown key"),
    ],
)
def test_fault_in_a_profile_is_named_with_its_place_and_remedy(was: str, now: str, told: str) -> None:
    assert was in WHOLE
    with pytest.raises(ProfileInvalid) as caught:
        read_profile(WHOLE.replace(was, now))
    assert told in str(caught.value)


def test_every_fault_is_told_at_once() -> None:
    text = WHOLE.replace('name = "Acme Retail"', "").replace("duplicate_po", "duplicate_op")
    with pytest.raises(ProfileInvalid) as caught:
        read_profile(text)
    assert len(str(caught.value).splitlines()) == 2


def test_partner_may_have_agreed_how_amounts_are_rounded() -> None:
    partner = read_profile(WHOLE + '\n[pricing]\nrounding = "document"\nhalves = "half-even"\n')
    assert rounding_of(partner) == Rounding(RoundingScope.DOCUMENT, RoundingMode.HALF_EVEN)
    assert read_profile(write_profile(partner)) == partner
    assert rounding_of(read_profile(WHOLE)) == Rounding()


def test_older_names_of_the_price_tolerances_are_those_of_the_rule() -> None:
    profile = read_profile(WHOLE)
    assert profile.review.settings.R1.percent == Decimal("1.5")
    assert profile.review.settings.R1.amount is None
    newer = read_profile(WHOLE.replace("[review.rules.R7]", '[review.rules.R1]\npercent = "3"\n[review.rules.R7]'))
    assert newer.review.settings.R1.percent == 3
