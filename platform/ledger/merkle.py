"""The root of a Merkle tree in the manner of RFC 6962, section 2.1, over a set of entries."""

import hashlib
from collections.abc import Iterable

# A leaf and an inner node are hashed differently, so that neither can be passed off as the other.
LEAF = b"\x00"
NODE = b"\x01"


def root_of(leaves: Iterable[bytes]) -> str:
    """The root, in hexadecimal, over the leaves in sorted order: the order of a file's rows changes nothing.

    A set without leaves has the digest of nothing, as the RFC says.
    """
    level = [_digest(LEAF + leaf) for leaf in sorted(leaves)]
    if not level:
        return _digest(b"").hex()
    while len(level) > 1:
        # An odd node at the end rises as it is: that is the RFC's split at the largest power of two.
        pairs = [_digest(NODE + left + right) for left, right in zip(level[::2], level[1::2], strict=False)]
        level = pairs + level[len(level) // 2 * 2 :]
    return level[0].hex()


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()
