"""What a folder is for: by the server's attribute, else by its well-known name in many languages. Pure. RFC 6154.

A role the user chose beats both; the store keeps that.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Final

from mailclient.domain.exchange import FolderListing
from mailclient.domain.folder import FolderRole, RemoteFolder

_NAMES: Final[dict[FolderRole, list[str]]] = {
    FolderRole.SENT: (
        "sent, sent mail, sent items, sent messages, gesendet, gesendete objekte, gesendete elemente, envoyés, "
        "éléments envoyés, messages envoyés, enviados, elementos enviados, itens enviados, inviata, posta inviata, "
        "verzonden, verzonden items, skickat, skickade objekt, sendt, sendte elementer, lähetetyt, wysłane, отправленные, "
        "odeslané, 送信済み, 已发送, 보낸편지함"
    ).split(", "),
    FolderRole.DRAFTS: (
        "drafts, draft, entwürfe, brouillons, borradores, rascunhos, bozze, concepten, utkast, kladder, luonnokset, "
        "robocze, wersje robocze, черновики, koncepty, 下書き, 草稿, 임시보관함"
    ).split(", "),
    FolderRole.TRASH: (
        "trash, deleted, deleted items, deleted messages, bin, papierkorb, gelöscht, gelöschte objekte, gelöschte elemente, "
        "corbeille, éléments supprimés, papelera, lixeira, lixo, cestino, prullenbak, papperskorg, papirkurv, søppel, "
        "roskakori, kosz, корзина, удаленные, koš, ごみ箱, 已删除, 휴지통"
    ).split(", "),
    FolderRole.JUNK: (
        "junk, junk e-mail, junk email, spam, bulk mail, unerwünscht, werbung, indésirables, courrier indésirable, "
        "correo no deseado, no deseado, lixo eletrônico, posta indesiderata, ongewenste e-mail, skräppost, roskaposti, "
        "спам, nevyžádaná pošta, 迷惑メール, 垃圾邮件, 스팸"
    ).split(", "),
    FolderRole.ARCHIVE: (
        "archive, archives, archiv, all mail, archivo, arquivo, archivio, archief, arkiv, arkisto, archiwum, архив, "
        "アーカイブ, 存档"
    ).split(", "),
}
_BY_NAME: Final = {name: role for role, names in _NAMES.items() for name in names}


def role_by_name(folder: RemoteFolder) -> FolderRole:
    """Return the role that a name suggests; only names at the top, or directly under the inbox, count."""
    # Some servers store names decomposed: "u" and a combining diaeresis.
    name = unicodedata.normalize("NFC", folder.name)
    parts = name.split(folder.delimiter) if folder.delimiter else [name]
    if folder.wire_name.upper() == "INBOX":
        return FolderRole.INBOX
    if parts[0].casefold() in {"inbox", "[gmail]", "[google mail]"}:
        parts = parts[1:]
    return _BY_NAME.get(parts[0].casefold(), FolderRole.NONE) if len(parts) == 1 else FolderRole.NONE


def decide_roles(folders: Sequence[RemoteFolder]) -> tuple[FolderListing, ...]:
    """Return every folder with its role: attributes first; a name counts only where no folder has the attribute.

    Folders of other users and shared ones have none.
    """
    taken = {folder.role for folder in folders if folder.role is not FolderRole.NONE and folder.is_mine}
    listings = []
    for folder in folders:
        if not folder.is_mine:
            # Somebody else's Sent is not where one's own copies go.
            listings.append(FolderListing(folder, FolderRole.NONE, by_attribute=False))
            continue
        role, by_attribute = folder.role, folder.role is not FolderRole.NONE
        if not by_attribute and folder.selectable:
            suggested = role_by_name(folder)
            if suggested is not FolderRole.NONE and suggested not in taken:
                role = suggested
                taken.add(suggested)
        listings.append(FolderListing(folder, role, by_attribute))
    return tuple(listings)
