"""What a text that a page shows says: that something failed, or that it is done. By words, in seven languages."""

import re
from typing import Final

from .types import Says

MAX_LOOKED_AT: Final = 400
"""So many first characters of a text are looked at."""

ERROR_WORDS: Final = re.compile(
    r"""\b(?: errors? | fail(?:s|ed|ure)? | invalid | not\ valid | went\ wrong | try\ again | unable\ to
    | (?:cannot | can.t)(?!\ be\ undone) | could(?:n.t|\ not) | did(?:n.t|\ not) | denied | declined | rejected
    | expired | not\ found | unavailable | not\ available | (?:is|are)\ required | incorrect | timed\ out
    | fehler | fehlgeschlagen | ungültig\w* | nicht\ (?:gültig|gefunden|möglich|verfügbar) | abgelehnt
    | erreur | échec | échoué\w* | invalide | refusé\w* | impossible
    | falló | fallid\w+ | inválid\w+ | rechazad\w+ | no\ (?:válid\w+|se\ pudo) | erros? | falh(?:a|ou) | recusad\w+
    | errore | fallit\w+ | non\ (?:valid\w+|riuscit\w+) | rifiutat\w+
    | fout | mislukt | ongeldig\w* | niet\ (?:geldig|gevonden|gelukt) | geweigerd )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_ERROR_PARTS: Final = (
    "erro", "fail", "valid", "wrong", "again", "unable", "can", "could", "did", "denied", "declined", "rejected",
    "expired", "found", "available", "required", "incorrect", "timed out", "fehl", "gültig", "nicht ", "abgelehnt",
    "erreur", "échec", "échoué", "refusé", "impossible", "fall", "válid", "rechazad", "se pudo", "falh", "recusad",
    "riuscit", "rifiutat", "fout", "mislukt", "geldig", "niet ", "geweigerd",
)  # fmt: skip
"""One of them is in whatever `ERROR_WORDS` finds: they are found some ten times faster."""
_NO_ERROR: Final = re.compile(
    r"\b(?:no|without|0|zero|keine?|ohne|sans|aucune?|sin|sem|senza|geen)\s+\w*\s*$", re.IGNORECASE
)
_WEAK_WORDS: Final = frozenset(
    {"cannot", "can't", "can\u2019t", "impossible", "not available", "unavailable", "didn't", "are required"}
)
_NEGATION_LENGTH: Final = 40
_SENTENCE_END: Final = re.compile(r"[.!?]")

# A participle alone may name a thing (`Saved searches`), a rule (`Cards are accepted`) or what was long ago
# (`was placed on 3 May`): it says that something is done after a verb, or at an end, and before no date.
_DONE_EN: Final = (
    "accepted|approved|booked|changed|completed?|confirmed|created|paid|placed|published|received|registered"
    "|reserved|saved|scheduled|sent|submitted|subscribed|updated|uploaded|verified"
)
_STATE_EN: Final = (
    "approved|booked|completed?|confirmed|paid|placed|registered|saved|scheduled|submitted|subscribed|verified"
)
_DEED_EN: Final = (
    "appointment|application|booking|changes|comment|donation|form|message|order|payment|profile"
    "|purchase|registration|request|reservation|review|settings|subscription|transfer"
)
_END: Final = r"(?=\s*(?:[!.,;|\u2013\u2014-]|$))"
DONE_WORDS: Final = re.compile(
    rf"""(?<!\w)(?:
      thank\ you{_END} | (?:thank\ you|thanks)\ for\ (?:your\ |the\ )?(?:(?:{_DEED_EN})
        |ordering|subscribing|signing\ up|registering|booking|joining|applying)
    | (?:^\s*success|successful){_END} | success!
    | successfully\ \w+(?:ed|nt|id) | \w+(?:ed|nt|id)\ successfully{_END}
    | (?:was|were|been)\ (?:now\ |just\ )?(?:{_DONE_EN})(?!\ by\b) | (?:is|are)\ (?:now\ )?(?:{_STATE_EN}){_END}
    | (?:{_DEED_EN})\ (?:{_DONE_EN}){_END}
    | (?:you.re|you\ are)\ (?:now\ )?(?:signed|logged)\ in(?!\ as\b) | (?:you.re|you\ are)\ all\ set
    | vielen\ dank{_END} | (?:vielen\ dank|danke)\ für\ (?:ihre|deine|die)\ (?:anmeldung|bestellung|buchung
        |nachricht|registrierung|zahlung) | erfolgreich(?:{_END}|\ (?:\w*ge\w+(?:t|en)|(?:\w+ier|bestätig|übermittel
        |bezahl)t|versendet|abgeschlossen){_END})
    | wurden?\ (?:(?!zuletzt)\w+\ )?(?:abgeschickt|aktualisiert
        |angelegt|aufgegeben|bestätigt|bezahlt|erstellt|gebucht|gesendet|gespeichert|übermittelt|versendet)
    | (?:ist|sind)\ (?:nun\ |jetzt\ )?(?:angelegt|aufgegeben|bestätigt|bezahlt|eingegangen|gebucht){_END}
    | merci{_END} | merci\ pour\ votre\ (?:achat|commande|inscription|message|paiement|réservation)
    | \w+(?:é|i|u)e?s?\ avec\ succès
    | (?:a|ont)\ (?:bien\ )?été\ (?:accepté|confirmé|créé|enregistré|envoyé|payé|reçu
        |validé)e?s? | (?:est|sont)\ (?:confirmé|enregistré|validé)e?s?{_END}
    | gracias\ por\ (?:tu|su)\ (?:compra|mensaje|pago|pedido|registro|reserva)
    | (?:se\ )?\w+(?:[ai]d[oa]s?|ó)\ con\ éxito
    | (?:ha|han)\ sido\ (?:aceptad|cread|confirmad|enviad|guardad|pagad|realizad|recibid)[oa]s?
    | se\ ha\ (?:confirmado|creado|enviado|guardado|realizado)
    | obrigad[oa]\ (?:pela|pelo|por)\ (?:sua\ |seu\ )?(?:compra|mensagem|pagamento|pedido|reserva)
    | \w*(?:[ai]d|feit|pag|salv)[oa]s?\ com\ sucesso
    | (?:foi|foram)\ (?:aceit|confirmad|criad|enviad|pag|recebid|salv)[oa]?s?
    | grazie\ per\ (?:il\ tuo|il\ suo|la\ tua|la\ sua)\ (?:acquisto|messaggio|ordine|pagamento|prenotazione)
    | \w+[aiu]t[oaie]\ con\ successo
    | (?:è\ stat[oa]|sono\ stat[ie])\ (?:accettat|confermat|creat|inviat|pagat|ricevut|salvat)[oaie]
    | bedankt\ voor\ (?:je|uw)\ (?:aankoop|bericht|bestelling|betaling|reservering)
    | succesvol(?:{_END}|\ (?:\w*ge\w+|verzonden|ontvangen|bevestigd|betaald))
    | (?:is|zijn)\ (?:aangemaakt|bevestigd|geplaatst|ontvangen|opgeslagen|verzonden){_END}
    )(?!\w)(?!\ (?:on|in|at|am|im|le|en|em|el|il|op)\ (?:\w+\ )?\d)""",
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)
_DONE_PARTS: Final = (
    "accepted", "approved", "booked", "changed", "complete", "confirmed", "created", "paid", "placed",
    "published", "received", "registered", "reserved", "saved", "scheduled", "sent", "submitted", "subscribed",
    "updated", "uploaded", "verified", "thank", "succe", "signed in", "logged in", "all set", "dank", "erfolgreich",
    "abgeschickt", "aktualisiert", "angelegt", "aufgegeben", "bestätigt", "bezahlt", "eingegangen", "erstellt",
    "gebucht", "gesendet", "gespeichert", "übermittelt", "versendet", "merci", "succès", "été ", "confirmé",
    "enregistré", "validé", "gracias", "éxito", " sido ", "se ha ", "obrigad", "sucesso", "foi ", "foram ", "grazie",
    " stat", "bedankt", "aangemaakt", "bevestigd", "geplaatst", "ontvangen", "opgeslagen", "verzonden",
)  # fmt: skip
"""The same for `DONE_WORDS`."""
_NOT_DONE: Final = re.compile(
    r"""(?<!\w)(?:not|no|never|nothing|none|isn.t|wasn.t|hasn.t|haven.t|will|be|to|can|may|must|should|would|once|after
    |before|if|unless|until|till|when|where|whether|while|how|why|what|which|who|soon|already|last|recently|almost
    |codes?|link|cookies?|consent|policy|terms|drafts?|results?|cart|basket|page|prices?|filters?|list|automatically|all
    |nicht|nichts|kein\w*|noch|sobald|wenn|bevor|nachdem|wird|werden|wie|bereits|schon|entwurf|automatisch|ergebnisse|warenkorb
    |pas|jamais|après|avant|dès|sera|si|déjà|lien|brouillon|comment|résultats|panier
    |non|nunca|cuando|ya|código|enlace|borrador|após|antes|depois|quando|se|será|não|já|rascunho|resultados|carrito|carrinho
    |dopo|prima|sarà|già|codice|bozza|risultati|carrello|niet|geen|nog|als|zodra|wanneer|nadat|wordt|worden|hoe|al|concept|resultaten|winkelwagen)
    [,:]?\s(?:[^\s.!?]+\s){0,4}$""",
    re.IGNORECASE | re.VERBOSE,
)
_MINOR: Final = re.compile(
    r"\b(?:(?:logged|signed) (?:out|off)|log.?out|sign.?out|abgemeldet|ausgeloggt|déconnect\w*|sesión|sessão"
    r"|desconect\w*|disconness\w*|uitgelogd|afgemeld|copied|kopiert|copié\w*|copiad[oa]|copiat[oa]|gekopieerd"
    r"|(?:re)?loaded|geladen|connected|verbunden|successfully added|added successfully|hinzugefügt|ajouté\w*|añadid[oa]"
    r"|adicionad[oa]|aggiunt[oa]|toegevoegd)\b",
    re.IGNORECASE,
)
"""What is no end of anything: leaving, copying, loading, what was put into a cart."""


def says(found: str, *, bare: bool = False) -> Says:
    """What a text says; a question says neither, nor does one that says there was no error, or that is not done yet.

    A `bare` text, which stands in no place made for telling people something, must say more plainly that something
    failed.
    """
    told = found[:MAX_LOOKED_AT]
    lowered = told.lower()
    if _holds(lowered, _ERROR_PARTS) and ERROR_WORDS.search(told):
        return "error" if _speaks_of_error(told, bare=bare) else ""
    return "done" if _holds(lowered, _DONE_PARTS) and _confirms(told) else ""


def may_say(texts: str) -> bool:
    """Whether any of many texts, one in each line, may say something: one search for all, for mostly none does."""
    lowered = texts.lower()
    return (_holds(lowered, _ERROR_PARTS) and ERROR_WORDS.search(texts) is not None) or (
        _holds(lowered, _DONE_PARTS) and DONE_WORDS.search(texts) is not None
    )


def _holds(lowered: str, parts: tuple[str, ...]) -> bool:
    for part in parts:  # noqa: SIM110 - a generator takes twice as long
        if part in lowered:
            return True
    return False


def _speaks_of_error(told: str, *, bare: bool) -> bool:
    for word in ERROR_WORDS.finditer(told):
        weak = bare and word[0].lower() in _WEAK_WORDS
        if not weak and not _is_asked(told, word.end()) and not _NO_ERROR.search(told, *_before(word)):
            return True
    return False


def _confirms(told: str) -> bool:
    if _MINOR.search(told):
        return False
    for word in DONE_WORDS.finditer(told):
        if not _is_asked(told, word.end()) and not _NOT_DONE.search(told, *_before(word)):
            return True
    return False


def _before(word: "re.Match[str]") -> tuple[int, int]:
    return max(0, word.start() - _NEGATION_LENGTH), word.start()


def _is_asked(told: str, end: int) -> bool:
    sentence_end = _SENTENCE_END.search(told, end)
    return sentence_end is not None and sentence_end[0] == "?"
