"""Where the parts of a shown message live under the program's own scheme."""

from __future__ import annotations

from typing import Final

CID_PREFIX: Final = "mail:cid/"
REMOTE_PREFIX: Final = "mail:remote/"
