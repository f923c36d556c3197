"""Every kit: its profile and maps are sound, and its samples become the documents that were reviewed.

``pytest tests/golden/test_kits.py --bless`` writes the expected documents anew; review the diff.
"""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from partners import kits
from partners.kits import Kit, Sample, kit, kit_names
from partners.partner import Agreement, Direction
from partners.profile import read_profile
from translators.agreed import Agreed, Envelope
from translators.interchange import PartyId
from translators.maps.bases import base_map_names, base_map_text
from translators.maps.engine import CompiledMap, compile_map
from translators.outgoing import PROVISIONAL, Outgoing
from translators.translate import Translation, read
from translators.writing import write

AT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
OF_THE_ROAD = {"provenance", "received_at", "channel", "channel_order_id"}
KITS = {name: kit(name) for name in kit_names()}
SAMPLES = [(name, sample) for name, one in KITS.items() for sample in one.samples]


class Loaded:
    """A kit as a box has it once it is imported."""

    def __init__(self, one: Kit) -> None:
        self.profile = read_profile(one.profile)
        self._texts = {str(self._name(text)): text for text in one.maps}
        self._maps = {name: compile_map(text, self._text) for name, text in self._texts.items()}

    def agreed(self, envelope: Envelope) -> Agreed | None:
        agreement = self.profile.agreement(envelope.set_id, envelope.version)
        agreement = agreement or self.profile.agreement(envelope.set_id, envelope.version, Direction.OUT)
        return Agreed(self.profile.partner, agreement, self.map_of(agreement) if agreement else None)

    def map_of(self, agreement: Agreement) -> CompiledMap:
        return self._maps.get(agreement.map) or compile_map(base_map_text(agreement.map), base_map_text)

    def _text(self, name: str) -> str:
        return self._texts.get(name) or base_map_text(name)

    @staticmethod
    def _name(text: str) -> str:
        return str(tomllib.loads(text)["map"])


def documents(translation: Translation) -> list[dict[str, Any]]:
    return [
        one.document.model_dump(mode="json", exclude_none=True, exclude=OF_THE_ROAD) for one in translation.documents
    ]


@pytest.mark.parametrize("name", list(KITS))
def test_a_kit_says_what_it_is_for_and_names_only_maps_that_are_there(name: str) -> None:
    loaded = Loaded(KITS[name])
    assert KITS[name].title
    assert KITS[name].about
    assert KITS[name].samples
    for agreement in loaded.profile.agreements:
        assert agreement.map in (*loaded._maps, *base_map_names())


@pytest.mark.parametrize(("name", "sample"), SAMPLES, ids=[f"{name}/{sample.name}" for name, sample in SAMPLES])
def test_a_sample_becomes_the_documents_that_were_reviewed(name: str, sample: Sample, bless: bool) -> None:
    translation = read(sample.data, Loaded(KITS[name]).agreed, AT, "folder:kit")
    assert [one.message for one in translation.findings if one.rejects] == []
    found = documents(translation)
    assert found
    if bless:
        path = Path(str(kits._folder())) / name / "samples" / f"{sample.name.rpartition('.')[0]}.json"
        path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
    else:
        assert found == json.loads(sample.documents)


@pytest.mark.parametrize(("name", "sample"), SAMPLES, ids=[f"{name}/{sample.name}" for name, sample in SAMPLES])
def test_what_the_kit_sends_can_be_written_and_read_again(name: str, sample: Sample) -> None:
    loaded = Loaded(KITS[name])
    translation = read(sample.data, loaded.agreed, AT, "folder:kit")
    for one in translation.documents:
        agreement = loaded.profile.agreement(one.set_id, "", Direction.OUT)
        if agreement is None or agreement.tells not in (None, one.document.kind):
            continue
        version = agreement.versions[0] if agreement.versions else "004010"
        syntax = agreement.syntax or ("UNOC:3" if agreement.standard == "edifact" else "00401")
        envelope = Outgoing(PartyId("ZZ", "US"), PartyId("ZZ", "THEM"), version, syntax)
        written = write(loaded.map_of(agreement), one.document, envelope, PROVISIONAL, AT)
        assert [finding.message for finding in written.findings if finding.rejects] == []
        again = documents(read(written.data, loaded.agreed, AT, "folder:kit"))
        drop = {"extensions", "partner", "test_indicator"}
        first = one.document.model_dump(mode="json", exclude_none=True, exclude=OF_THE_ROAD)
        assert [{key: value for key, value in doc.items() if key not in drop} for doc in again] == [
            {key: value for key, value in first.items() if key not in drop}
        ]
