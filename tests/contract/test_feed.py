"""The feed of changes: a reader that goes on from where it was misses nothing; on SQLite and PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from gateway.clerk import Hand, cancel_order
from gateway.console.app import create_app
from gateway.road import Road
from orders.values import CancelReason
from store import feed
from store.database import Database
from store.feed import OrderChange
from store.schema import migrate
from tests.asgi import Client
from tests.contract.test_changes import ORDER, arrives, road, the_order
from tests.factories import NOON

__all__ = ["road"]
URL = "/api/v1/changes"


def change(number: int, version: int = 1) -> OrderChange:
    return OrderChange(f"o-{number}", f"SO-{number}", version, "order.entered", "", NOON)


def test_what_is_committed_late_is_found_after_what_was_read_before(postgres_url: str) -> None:
    """On PostgreSQL: SQLite has one writer at a time, and nothing is committed late."""
    database = Database(postgres_url)
    migrate(database)
    with database.write() as slow:
        feed.append(slow, [change(1)])
        with database.write() as fast:
            feed.append(fast, [change(2)])
        ((seen, first),) = feed.since(database, 0, 10)
        assert first.order_id == "o-2"
    assert [one.order_id for _, one in feed.since(database, seen, 10)] == ["o-1"]
    database.close()


def test_many_readers_at_once_see_one_order_without_gaps(database: Database) -> None:
    with database.write() as conn:
        feed.append(conn, [change(number) for number in range(50)])
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: feed.since(database, 0, 100), range(8)))
    assert all(one == found[0] for one in found)
    assert [position for position, _ in found[0]] == list(range(1, 51))


def test_page_is_full_as_long_as_there_is_more(database: Database) -> None:
    with database.write() as conn:
        feed.append(conn, [change(number) for number in range(5)])
    after, sizes = 0, []
    while found := feed.since(database, after, 2):
        after = found[-1][0]
        sizes.append(len(found))
    assert sizes == [2, 2, 1]


def test_program_follows_an_order_through_its_life(road: Road) -> None:
    erp = Client(create_app(road))
    assert erp.get(URL).json() == {"changes": [], "next": 0, "has_more": False}
    arrives(road, ORDER, "order.edi")
    first = erp.get(URL, params={"limit": 2}).json()
    assert (first["has_more"], first["changes"][0]["what"]) == (True, "order.entered")
    rest = erp.get(URL, params={"after": first["next"]}).json()
    assert (rest["has_more"], rest["changes"][-1]["what"]) == (False, "order.printed")
    number = the_order(road).order_number
    cancel_order(road, number, CancelReason.CUSTOMER_REQUEST, Hand("ann"))
    last = erp.get(URL, params={"after": rest["next"]}).json()
    cancelled = next(one for one in last["changes"] if one["what"] == "order.cancelled")
    assert (cancelled["order_number"], cancelled["version"]) == (number, the_order(road).version)
    assert erp.get(URL, params={"after": last["next"]}).json()["next"] == last["next"]
