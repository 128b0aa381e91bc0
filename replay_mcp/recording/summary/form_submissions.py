"""Decides by names which clicks send a filled-in form; searches, steps and logins do not."""

import re
from typing import Final
from urllib.parse import urlsplit

from replay_mcp.recording.timeline.rows import Row

SENDING_METHODS: Final = ("POST", "PUT", "PATCH")
"""Methods of requests that send a form."""

SENDS_RULE: Final = (
    f"A form is sent by a request ({', '.join(SENDING_METHODS)}) that never occurs without a click and whose path names"
    " no query, check, login, draft, cart or poll, after a click on a control that is not named for searching, going on"
    " or back, leaving, logging in or a cart"
)
"""The published rule of which requests send a form."""

_SEARCH: Final = (
    r"search\w*|quer(?:y|ies)|find|filter\w*|sort|lookup|suche\w*|finden|filtern|recherche\w*|chercher|trouver|filtrer|trier"
    r"|busca\w*|filtrar|pesquis\w*|procurar|cerca\w*|filtra|zoek\w*"
)
_STEP: Final = (
    r"next|continue|proceed|back|previous|prev|cancel|close|skip|dismiss|clear|reset|show|load|more|apply"
    r"|weiter|zurück|abbrechen|schließen|überspringen|anzeigen|suivant|continuer|retour|annuler|fermer|passer|afficher"
    r"|siguiente|continuar|atrás|volver|cancelar|cerrar|omitir|mostrar|próximo|seguinte|avançar|voltar|fechar|pular"
    r"|avanti|continua|indietro|annulla|chiudi|salta|mostra|volgende|doorgaan|verder|terug|annuleren|sluiten|overslaan"
)
_CHECK: Final = (
    r"check|review|validate|verify|preview|calculate|estimate|quote|prüfen|berechnen|vorschau|vérifier|calculer"
)
_LOGIN: Final = (
    r"log[ -]?(?:in|on|out|off)|sign[ -]?(?:in|out|off)|anmelden|einloggen|abmelden|ausloggen|connexion|connecter"
    r"|déconnexion|déconnecter|(?:iniciar|cerrar) sesión|entrar|sair|accedi|esci|inloggen|uitloggen"
)
_CART: Final = (
    r"cart|basket|bag|wish ?list|coupon|warenkorb|panier|carrito|carrinho|carrello|winkelwagen|winkelmand(?:je)?"
)
_OTHER_CONTROLS: Final = re.compile(
    rf"(?<![^\W\d_])(?:{_SEARCH}|{_STEP}|{_CHECK}|{_LOGIN}|{_CART})(?![^\W\d_])", re.IGNORECASE
)
_SEARCH_FIELDS: Final = re.compile(rf"(?<![^\W\d_])(?:{_SEARCH})(?![^\W\d_])|\[(?:id|name)=q\]", re.IGNORECASE)
_OTHER_PATHS: Final = re.compile(
    rf"(?<![^\W\d_])(?:{_SEARCH}|{_CHECK}|{_CART}|graphql|gql|list|suggest\w*|auto-?complete|typeahead|validation"
    r"|pric(?:e|es|ing)|rates?|log-?in|sign-?in|log-?out|sign-?out|auth\w*|oauth\d?|tokens?|sessions?|refresh|otp|codes?"
    r"|promo\w*|vouchers?|discounts?|drafts?|auto-?save|heartbeat|ping|poll|presence|sync|rpc|trpc|livewire"
    r"|metrics|impressions?|views?|consent|cookies?)(?![^\W\d_])",
    re.IGNORECASE,
)

_LEAVING: Final = re.compile(
    r"(?:go )?back(?: to (?:[\w-]+ ?){1,4})?|return to (?:[\w-]+ ?){1,4}"
    r"|cancel|close|dismiss|exit|quit|leave|abort|not now|(?:maybe )?later|no,? thank(?:s| you)"
    r"|never ?mind|[\u00d7\u2715\u2716x]"
    r"|abbrechen|schließen|zurück|verlassen|nicht jetzt|später|annuler|fermer|retour|quitter|plus tard"
    r"|cancelar|cerrar|volver|atrás|salir|ahora no|fechar|voltar|sair|agora não|annulla|chiudi|indietro|esci|non ora"
    r"|annuleren|sluiten|terug|verlaten|niet nu",
    re.IGNORECASE,
)
"""Whole names of controls that only lead away: `Cancel`, not `Cancel order`."""


def leaves(click: Row) -> bool:
    """Whether a click only leads away: on a link, or on a control that cancels."""
    return cancels(click) or (click.kind == "click" and click.element is not None and click.element.role == "link")


def cancels(click: Row) -> bool:
    """Whether a click is on a control named for cancelling, closing or going back, and for nothing else."""
    element = click.element
    return click.kind == "click" and element is not None and _LEAVING.fullmatch(element.name.strip()) is not None


def fills_form(typing: Row) -> bool:
    """Whether an edit fills in a form; an edit of a search field does not."""
    return typing.kind == "typing" and not typing.searches and not _is_named(typing, _SEARCH_FIELDS)


def sends_form(click: Row, request: Row) -> bool:
    """Whether a request that a click started sends a form; see `SENDS_RULE`."""
    return (
        request.method in SENDING_METHODS
        and not _is_named(click, _OTHER_CONTROLS)
        and not _OTHER_PATHS.search(_path(request.url))
    )


def _is_named(row: Row, words: re.Pattern[str]) -> bool:
    """Whether role, name or selector of the row's element contain one of the words."""
    element = row.element
    return element is not None and any(map(words.search, (element.role, element.name, element.selector)))


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""
