"""Which clicks send a filled-in form, as far as names tell: a search, a step or a login sends none."""

import re
from typing import Final
from urllib.parse import urlsplit

from replay_mcp.recording.timeline.rows import Row

SENDING: Final = ("POST", "PUT", "PATCH")
"""Methods of requests that send what was filled in."""

SENDS: Final = (
    f"requests ({', '.join(SENDING)}) to a path that does not speak of a query, a check, a login, a draft, a cart or a"
    " poll, and that were never made unasked, after a click on what is not named for searching, going on or back,"
    " leaving, logging in or a cart"
)
"""Which requests send a form: what is published."""

_SEEKS: Final = (
    r"search\w*|quer(?:y|ies)|find|filter\w*|sort|lookup|suche\w*|finden|filtern|recherche\w*|chercher|trouver|filtrer|trier"
    r"|busca\w*|filtrar|pesquis\w*|procurar|cerca\w*|filtra|zoek\w*"
)
_STEPS: Final = (
    r"next|continue|proceed|back|previous|prev|cancel|close|skip|dismiss|clear|reset|show|load|more|apply"
    r"|weiter|zurück|abbrechen|schließen|überspringen|anzeigen|suivant|continuer|retour|annuler|fermer|passer|afficher"
    r"|siguiente|continuar|atrás|volver|cancelar|cerrar|omitir|mostrar|próximo|seguinte|avançar|voltar|fechar|pular"
    r"|avanti|continua|indietro|annulla|chiudi|salta|mostra|volgende|doorgaan|verder|terug|annuleren|sluiten|overslaan"
)
_CHECKS: Final = (
    r"check|review|validate|verify|preview|calculate|estimate|quote|prüfen|berechnen|vorschau|vérifier|calculer"
)
_LOGS_IN: Final = (
    r"log[ -]?(?:in|on|out|off)|sign[ -]?(?:in|out|off)|anmelden|einloggen|abmelden|ausloggen|connexion|connecter"
    r"|déconnexion|déconnecter|(?:iniciar|cerrar) sesión|entrar|sair|accedi|esci|inloggen|uitloggen"
)
_KEEPS: Final = (
    r"cart|basket|bag|wish ?list|coupon|warenkorb|panier|carrito|carrinho|carrello|winkelwagen|winkelmand(?:je)?"
)
_NAMES: Final = re.compile(
    rf"(?<![^\W\d_])(?:{_SEEKS}|{_STEPS}|{_CHECKS}|{_LOGS_IN}|{_KEEPS})(?![^\W\d_])", re.IGNORECASE
)
_FIELDS: Final = re.compile(rf"(?<![^\W\d_])(?:{_SEEKS})(?![^\W\d_])|\[(?:id|name)=q\]", re.IGNORECASE)
_PATHS: Final = re.compile(
    rf"(?<![^\W\d_])(?:{_SEEKS}|{_CHECKS}|{_KEEPS}|graphql|gql|list|suggest\w*|auto-?complete|typeahead|validation"
    r"|pric(?:e|es|ing)|rates?|log-?in|sign-?in|log-?out|sign-?out|auth\w*|oauth\d?|tokens?|sessions?|refresh|otp|codes?"
    r"|promo\w*|vouchers?|discounts?|drafts?|auto-?save|heartbeat|ping|poll|presence|sync|rpc|trpc|livewire"
    r"|metrics|impressions?|views?|consent|cookies?)(?![^\W\d_])",
    re.IGNORECASE,
)


def fills(typing: Row) -> bool:
    """Whether an edit fills in a form, and is no search."""
    return typing.kind == "typing" and not _speaks(typing, _FIELDS)


def sends(click: Row, request: Row) -> bool:
    """Whether a request that a click started sends a form; see `SENDS`."""
    return request.method in SENDING and not _speaks(click, _NAMES) and not _PATHS.search(_path(request.url))


def _speaks(row: Row, words: re.Pattern[str]) -> bool:
    """Whether one of the words names the row's element."""
    element = row.element
    return element is not None and any(map(words.search, (element.role, element.name, element.selector)))


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""
