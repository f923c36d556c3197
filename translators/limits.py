"""How much we read before we refuse. Breaking one is a finding on the thing that broke it, never an exception.

Each number is some ten times what honest files hold, and small enough that a hostile one stays cheap.
"""

from __future__ import annotations

CHUNK_BYTES = 64 * 1024
"""One bite of a source. Larger bites read no faster, smaller ones do more Python for the same bytes."""

HEAD_BYTES = 16 * 1024
"""What the syntax is told from. Junk in front of a real header is a line or two, never pages."""

MAX_STRAY_BYTES = 64 * 1024
"""Bytes that belong to nothing, between or behind interchanges. More than this is another kind of file."""

MAX_FILLER_BYTES = 1024 * 1024
"""Blanks and zeros between interchanges: mainframes pad to a block, nobody pads to a megabyte."""

MAX_UNREADABLE_HEADERS = 100
"""Beginnings of an interchange that make no sense; a file with more of them is no EDI."""

MAX_SEGMENT_BYTES = 64 * 1024
"""The longest honest segment is an SDQ or a MSG of well under 1 KiB; free text (FT) may have 4 KiB."""

MAX_ELEMENT_BYTES = 16 * 1024
"""The longest element a directory allows is 4 KiB of free text."""

MAX_ELEMENTS = 256
"""No segment of any directory has more than about forty elements."""

MAX_BINARY_BYTES = 16 * 1024 * 1024
"""A picture or drawing inside BIN or BDS. It is skipped over, so this bounds time and not memory."""

MAX_SET_SEGMENTS = 200_000
"""An order of 10,000 lines with ten segments each is half of it."""

MAX_SET_BYTES = 16 * 1024 * 1024
"""One set is held in memory while it is read: with its elements split it takes about ten times this."""

MAX_LOOP_REPEATS = 100_000
"""The largest repeat any of our schemas names (lines of an order)."""

MAX_NESTING = 12
"""HL or CPS levels. A ship notice has four or five: shipment, order, tare, pack, item."""

MAX_CONTROL_NUMBER = 14
"""X12 control numbers have nine digits, EDIFACT references fourteen characters."""

MAX_FINDINGS_PER_SET = 100
"""After this many a person has understood. The set is refused on the first one that rejects anyway."""

MAX_FINDINGS = 10_000
"""For a whole file: afterwards a set keeps its weightiest finding only."""

MAX_VALUE_SHOWN = 99
"""How much of a bad value goes into a message or an acknowledgment (X12 AK404 takes 99)."""
