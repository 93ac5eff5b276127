"""Providers where anybody opens an address in a minute. Data only; nothing is held against those who write from there."""

from __future__ import annotations

from typing import Final

FREE_MAIL: Final = frozenset(
    (
        "126.com 163.com Domains, aol.com bk.ru bluewin.ch case. cock.li fastmail.com free.fr freenet.de gmail.com "
        "gmx.at gmx.ch gmx.com gmx.de gmx.net googlemail.com hotmail.co.uk hotmail.com hotmail.de hotmail.fr "
        "hushmail.com icloud.com inbox.ru interia.pl laposte.net libero.it list.ru live.com lower mac.com mail.com "
        "mail.ru mailbox.org me.com msn.com naver.com onet.pl orange.fr outlook.com outlook.de pm.me posteo.de "
        "proton.me protonmail.com qq.com rambler.ru rediffmail.com rocketmail.com seznam.cz sina.com t-online.de "
        "tuta.com tutanota.com web.de wp.pl yahoo.co.in yahoo.co.jp yahoo.co.uk yahoo.com yahoo.de yahoo.fr "
        "yandex.com yandex.ru ymail.com zoho.com"
    ).split()
)
"""Domains, lower case."""
