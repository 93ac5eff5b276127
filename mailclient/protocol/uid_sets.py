"""Sets of UIDs as ranges: what a server may say in one line must never become a million integers in memory.

``1:4294967295`` is one range here. Immutable. RFC 3501 section 9 (sequence-set), RFC 4731.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from mailclient.domain.ids import Uid

MAX_UID: Final = 0xFFFFFFFF
_TOKEN: Final = re.compile(r"(\d{1,10}|\*)(?::(\d{1,10}|\*))?")

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class UidSet:
    """Sorted, disjoint, inclusive ranges of UIDs."""

    ranges: tuple[Range, ...] = ()

    @staticmethod
    def of(uids: Iterable[int]) -> UidSet:
        """Return the set of these UIDs."""
        return UidSet.of_ranges((uid, uid) for uid in sorted(set(uids)))

    @staticmethod
    def of_ranges(ranges: Iterable[Range]) -> UidSet:
        """Return the set of these ranges, in any order, overlapping or not."""
        merged: list[Range] = []
        for low, high in sorted(ranges):
            if merged and low <= merged[-1][1] + 1:
                if high > merged[-1][1]:
                    merged[-1] = (merged[-1][0], high)
            else:
                merged.append((low, high))
        return UidSet(tuple(merged))

    @staticmethod
    def parse(text: str) -> UidSet:
        """Return the set that an IMAP sequence-set names; ``*`` is the largest UID. Raises ValueError."""
        ranges: list[Range] = []
        for token in text.split(","):
            match = _TOKEN.fullmatch(token)
            if match is None:
                raise ValueError(f"not a UID set: {text[:60]!r}")
            first = MAX_UID if match[1] == "*" else int(match[1])
            last = first if match[2] is None else MAX_UID if match[2] == "*" else int(match[2])
            low, high = min(first, last), max(first, last)
            if not 1 <= low <= high <= MAX_UID:
                raise ValueError(f"a UID is out of range: {token}")
            ranges.append((low, high))
        return UidSet.of_ranges(ranges)

    def __str__(self) -> str:
        return ",".join(f"{low}" if low == high else f"{low}:{high}" for low, high in self.ranges)

    def __len__(self) -> int:
        return sum(high - low + 1 for low, high in self.ranges)

    def __bool__(self) -> bool:
        return bool(self.ranges)

    def __contains__(self, uid: object) -> bool:
        if not isinstance(uid, int):
            return False
        index = bisect.bisect_right(self.ranges, (uid, MAX_UID + 1)) - 1
        return index >= 0 and self.ranges[index][0] <= uid <= self.ranges[index][1]

    def __iter__(self) -> Iterator[Uid]:
        for low, high in self.ranges:
            yield from (Uid(uid) for uid in range(low, high + 1))

    @property
    def last(self) -> int:
        """The largest UID, 0 for the empty set."""
        return self.ranges[-1][1] if self.ranges else 0

    def union(self, other: UidSet) -> UidSet:
        """Return what is in either set."""
        return UidSet.of_ranges((*self.ranges, *other.ranges))

    def minus(self, other: UidSet) -> UidSet:
        """Return what is in this set and not in the other; linear in the number of ranges."""
        result: list[Range] = []
        holes = other.ranges
        index = 0
        for range_low, high in self.ranges:
            low = range_low
            while index < len(holes) and holes[index][1] < low:
                index += 1
            at = index
            while at < len(holes) and holes[at][0] <= high:
                if holes[at][0] > low:
                    result.append((low, holes[at][0] - 1))
                low = holes[at][1] + 1
                at += 1
            if low <= high:
                result.append((low, high))
        return UidSet(tuple(result))

    def intersection(self, other: UidSet) -> UidSet:
        """Return what is in both sets."""
        return self.minus(self.minus(other))

    def within(self, low: int, high: int) -> UidSet:
        """Return the part between two UIDs, both included."""
        return self.intersection(UidSet(((low, high),)))

    def chunks_newest_first(self, size: int) -> Iterator[UidSet]:
        """Yield sets of at most ``size`` UIDs, the largest UIDs first."""
        chunk: list[Range] = []
        room = size
        for range_low, range_high in reversed(self.ranges):
            high = range_high
            while high >= range_low:
                low = max(range_low, high - room + 1)
                chunk.append((low, high))
                room -= high - low + 1
                high = low - 1
                if room == 0:
                    yield UidSet(tuple(reversed(chunk)))
                    chunk, room = [], size
        if chunk:
            yield UidSet(tuple(reversed(chunk)))
