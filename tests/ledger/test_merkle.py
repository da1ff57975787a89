"""The Merkle root is RFC 6962's, over the entries in sorted order."""

import hashlib

from ledger.merkle import root_of


def leaf(content: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + content).digest()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def test_no_entry_has_the_digest_of_nothing() -> None:
    assert root_of([]) == hashlib.sha256(b"").hexdigest()


def test_one_entry_is_its_leaf() -> None:
    assert root_of([b"a"]) == leaf(b"a").hex()


def test_five_entries_split_at_the_largest_power_of_two() -> None:
    a, b, c, d, e = (leaf(bytes([letter])) for letter in b"abcde")
    assert root_of([b"a", b"b", b"c", b"d", b"e"]) == node(node(node(a, b), node(c, d)), e).hex()


def test_the_order_of_entries_changes_nothing() -> None:
    assert root_of([b"b", b"c", b"a"]) == root_of([b"a", b"b", b"c"])


def test_an_entry_that_looks_like_a_node_is_not_taken_for_one() -> None:
    inner = leaf(b"a") + leaf(b"b")
    assert root_of([inner]) != root_of([b"a", b"b"])
