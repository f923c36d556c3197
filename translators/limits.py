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

MAX_SETS_NAMED = 10_000
"""Sets of a group without a finding that are kept one by one while a file is translated, and named in the answer;
those past it are counted. A day of a large retailer is some hundreds, a file of a gigabyte half a million."""

MAX_VALUE_SHOWN = 99
"""How much of a bad value goes into a message or an acknowledgment (X12 AK404 takes 99)."""

MAX_NESTING = 100
"""How deep a customer's XML or JSON goes: UBL has some ten levels. Below this no walk can run out of stack."""

MAX_ORDER_NODES = 200_000
"""Elements, keys or cells of one order held as a tree; the same measure as ``MAX_SET_SEGMENTS``."""

MAX_ORDER_TEXT = 16 * 1024 * 1024
"""Characters of one order held as a tree, attachments in base64 included; the same measure as ``MAX_SET_BYTES``."""

MAX_FILE_HEAD_BYTES = 1024 * 1024
"""How far an XML file is looked at for its sender: what is attached to a UBL order stands before its parties."""

MAX_MARKUP_BYTES = 1024 * 1024
"""One tag with its attributes, or one comment: longer is an attack on the parser's patience, not an order."""

MAX_JSON_BYTES = 16 * 1024 * 1024
"""JSON is read in one piece: a tree takes about ten times its bytes."""

MAX_NUMBER_TEXT = 40
"""Characters of a number in JSON; :mod:`translators.numbers` takes eighteen digits."""

MAX_LINE_CHARS = 1024 * 1024
"""One line of a text file. Behind a quote that nobody closed, a row grows to ``csv``'s own limit of 131,072."""

MAX_COLUMNS = 1024
"""Columns of a table; a planner's sheet with a column for each day of a year has some four hundred."""

MAX_ROWS = 1_048_576
"""Rows of one table: what a spreadsheet can hold."""

MAX_ROWS_HELD = 50_000
"""Rows kept in memory because rows of one order may stand apart; a file whose rows stand together needs no keeping."""

MAX_HEADING_ROWS = 20
"""Titles, addresses and blank rows before the headings."""

MAX_WORKBOOK_BYTES = 16 * 1024 * 1024
"""A workbook as it comes, packed. Pictures make honest ones large; ten thousand order lines need 1 MiB."""

MAX_MEMBERS = 1_000
"""Files in an archive or workbook; a workbook has some twenty."""

MAX_MEMBER_BYTES = 64 * 1024 * 1024
"""One file of an archive or workbook, unpacked."""

MAX_UNPACKED_BYTES = 128 * 1024 * 1024
"""All files of an archive together, unpacked."""

MAX_PACKING_RATIO = 200
"""Unpacked to packed bytes, past the first ``RATIO_FREE_BYTES``: a sheet of repeated rows reaches some fifty."""

RATIO_FREE_BYTES = 1024 * 1024
"""Below this size nothing is a bomb, however well it packs."""

MAX_SHARED_TEXTS = 250_000
"""Texts a workbook keeps apart from its cells, all held in memory; more than cells an order may have."""

MAX_SHARED_CHARS = 16 * 1024 * 1024
"""All of these texts together; a letter may take four bytes."""

MAX_ARCHIVE_BYTES = 64 * 1024 * 1024
"""A zip as it comes, packed: it is held in memory, for its table of contents stands at the end."""
