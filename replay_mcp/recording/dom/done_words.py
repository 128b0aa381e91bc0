"""Words that report success, in languages that put spaces between words."""

import re
from typing import Final

# A participle may also be part of a label (`Saved searches`), a rule (`Cards are accepted`) or the past (`was placed on
# 3 May`). It reports success only after a verb or at an end, and not before a date.
_DONE_EN: Final = (
    "accepted|activated|approved|assigned|booked|cancell?ed|changed|closed|completed?|confirmed|counted|created|deleted"
    "|deployed|imported|installed|issued|merged|paid|placed|posted|processed|published|received|recorded|refunded"
    "|registered|removed|requested|reserved|reset|resolved|restored|saved|scheduled|sent|shipped|signed|submitted"
    "|subscribed|updated|uploaded|verified"
)
_STATE_EN: Final = (
    r"active|activated|approved|booked|cancell?ed|completed?|confirmed|live|on\ (?:the|its|their)\ way|paid|placed"
    "|published|ready|recorded|registered|saved|scheduled|signed|submitted|subscribed|verified"
)
_AT_END_EN: Final = (
    "accepted|activated|added|approved|archived|assigned|booked|cancell?ed|changed|closed|complete|completed|confirmed"
    "|created|deleted|deployed|finished|generated|imported|installed|invited|issued|merged|paid|placed|posted|printed"
    "|processed|published|ready|received|recorded|refunded|registered|removed|requested|reserved|reset|resolved"
    "|restored|saved|scheduled|sent|shipped|signed|submitted|subscribed|successful|unsubscribed|updated|uploaded"
    "|verified|dispatched|duplicated|enrolled|exported|extended|launched|linked|ordered|redeemed|reinstated"
    "|renewed|reopened|rescheduled|revoked|transferred|unlinked|unlocked|upgraded|withdrawn"
)
_TRANSACTION_EN: Final = (
    "appointment|application|booking|changes|comment|donation|form|message|order|payment|profile"
    "|purchase|registration|request|reservation|review|settings|submission|subscription|transfer"
)
_LABEL: Final = (
    r"date|time|last|recently|newly|most|total|not|never|no|auto|automatically|to|be|is|are|was|were|if|when|once|until"
    r"|already|draft|drafts|sorted|sort|filter|by|all|how|what|why|almost|currently|get|getting|will|can|must|being|the|an?"
    r"|my|and|or|privacy|policy|terms|results?|cart|basket|page|codes?|list|items|prices?|link|cookies?|consent"
)
_END: Final = r"(?=\s*(?:[!.,;|\u2013\u2014-]|$))"
DONE_WORDS: Final = re.compile(
    rf"""(?<!\w)(?:
      thank\ you{_END} | ^thanks!?$ | (?:thank\ you|thanks)\ for\ (?:(?:your|the|completing|confirming
        |placing)\ )?(?:the\ |your\ )?(?:{_TRANSACTION_EN}|survey|e-?mail)
    | (?:thank\ you|thanks)\ for\ (?:ordering|subscribing|signing\ up|registering|booking|joining|applying
        |contacting|getting\ in\ touch|confirming|completing)
    | (?:^\s*success|successful){_END} | success!
    | successfully\ \w+(?:ed|nt|id) | \w+(?:ed|nt|id|et|in|up)\ successfully{_END}
    | (?:was|were|been)\ (?:now\ |just\ |successfully\ )?(?:{_DONE_EN})(?!\ by\b) | (?:is
        |are)\ (?:now\ )?(?:{_STATE_EN}){_END}
    | ^\s*(?!(?:{_LABEL})\b)(?:(?:\d+|[a-z][\w'\u2019-]*|\#\S+)\ (?!(?:{_LABEL})\b)){{1,4}}(?:{_AT_END_EN}){_END}
    | ^\s*(?:{_AT_END_EN}|done|all\ done|all\ set|it\ worked|congratulations)(?:[.!]|,\ |\s*$)
    | ^\s*(?:imported|uploaded|added|invited|created|deleted|saved|sent)\ \d+\ \w+{_END}
    | ^[\w\ ]{{1,30}}\ (?:assigned|added|sent|shared|saved)\ to\ (?!cart|bag|basket|fav\w*|wish\w*|clipboard)\S+{_END}
    | (?:{_TRANSACTION_EN})\ (?:{_DONE_EN}){_END}
    | we(?:'ve|\ have)?\ (?:just\ )?(?:received|got)\ your
    | (?:we(?:'ve|\ have)\ put\ you|you're|you\ are)\ down\ for
    | ^see\ you\ (?:on|in|at|then|tomorrow)(?!\w) | we(?:'ve|\ have)\ (?:just\ )?sent\ you | (?:^
        |,\ )we\ sent\ you\ an?\ (?:link|e-?mail|confirmation)
    | welcome\ aboard | you(?:'re|\ are)\ (?:now\ )?(?:in!|registered|subscribed|booked|done|enrolled|unsubscribed
        |checked\ in){_END}
    | you've\ (?:successfully\ |now\ )?completed | has\ gone\ live | ^check\ your\ (?:inbox|e-?mail)
    | (?:you're|you\ are)\ (?:now\ )?(?:signed|logged)\ in(?!\ as\b) | (?:you're|you\ are)\ all\ set
    | vielen\ dank{_END} | (?:vielen\ dank|danke)\ für\ (?:ihre|deine|die)\ (?:anmeldung|bestellung|buchung
        |nachricht|registrierung|zahlung) | erfolgreich(?:{_END}|\ (?:\w*ge\w+(?:t|en)|(?:\w+ier|bestätig|übermittel
        |bezahl)t|versendet|abgeschlossen){_END})
    | ^(?:\w+\ )?(?:gesendet|gespeichert|gebucht|erstellt|bestätigt|aktualisiert|hochgeladen|gelöscht){_END}
    | wurden?\ (?:(?!zuletzt)\w+\ )?(?:abgeschickt|aktualisiert
        |angelegt|aufgegeben|bestätigt|bezahlt|erstellt|gebucht|gelöscht|gesendet|gespeichert|übermittelt|versendet)
    | (?:ist|sind)\ (?:nun\ |jetzt\ )?(?:angelegt|aufgegeben|bestätigt|bezahlt|eingegangen|gebucht){_END}
    | merci{_END} | merci\ pour\ votre\ (?:achat|commande|inscription|message|paiement|réservation)
    | ^(?:\w+\ )?(?:envoyé|enregistré|confirmé|créé|supprimé)e?s?{_END}
    | \w+(?:é|i|u)e?s?\ avec\ succès
    | (?:a|ont)\ (?:bien\ )?été\ (?:accepté|confirmé|créé|enregistré|envoyé|payé|reçu
        |validé)e?s? | (?:est|sont)\ (?:confirmé|enregistré|validé)e?s?{_END}
    | gracias\ por\ (?:tu|su)\ (?:compra|mensaje|pago|pedido|registro|reserva)
    | ^(?:\w+\ )?(?:enviad|guardad|confirmad|cread|eliminad)[oa]s?{_END} | (?:guardad|enviad|cread)[oa]s?\ correctamente
    | (?:se\ )?\w+(?:[ai]d[oa]s?|ó)\ con\ éxito
    | (?:ha|han)\ sido\ (?:aceptad|cread|confirmad|enviad|guardad|pagad|realizad|recibid)[oa]s?
    | se\ ha\ (?:confirmado|creado|enviado|guardado|realizado)
    | obrigad[oa]\ (?:pela|pelo|por)\ (?:sua\ |seu\ )?(?:compra|mensagem|pagamento|pedido|reserva)
    | \w*(?:[ai]d|feit|pag|salv)[oa]s?\ com\ sucesso
    | (?:foi|foram)\ (?:aceit|confirmad|criad|enviad|pag|recebid|salv)[oa]?s?
    | grazie\ per\ (?:il\ tuo|il\ suo|la\ tua|la\ sua)\ (?:acquisto|messaggio|ordine|pagamento|prenotazione)
    | ^(?:\w+\ )?(?:inviat|confermat|salvat|creat)[oaie]{_END}
    | \w+[aiu]t[oaie]\ con\ successo
    | (?:è\ stat[oa]|sono\ stat[ie])\ (?:accettat|confermat|creat|inviat|pagat|ricevut|salvat)[oaie]
    | bedankt\ voor\ (?:je|uw)\ (?:aankoop|bericht|bestelling|betaling|reservering)
    | ^(?:\w+\ )?(?:geplaatst|verzonden|opgeslagen|bevestigd|aangemaakt){_END}
    | succesvol(?:{_END}|\ (?:\w*ge\w+|verzonden|ontvangen|bevestigd|betaald))
    | (?:is|zijn)\ (?:aangemaakt|bevestigd|geplaatst|ontvangen|opgeslagen|verzonden){_END}
    )(?!\w)(?!\ (?:on|in|at|am|im|le|en|em|el|il|op)\ (?:\w+\ )?\d)""",
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)
DONE_PARTS: Final = (
    "accepted", "activated", "active", "added", "approved", "archived", "assigned", "booked", "cancel", "changed",
    "closed", "complet", "confirm", "counted", "created", "deleted", "deployed", "finished", "generated", "imported",
    "installed", "invited", "issued", "merged", "paid", "placed", "posted", "printed", "processed", "published",
    "ready", "received", "recorded", "refunded", "registered", "removed", "requested", "reserved", "reset", "resolved",
    "restored", "saved", "scheduled", "sent", "shipped", "shared", "signed", "submitted", "subscribed", "updated",
    "uploaded", "verified", "live", "on the way", "on its way", "on their way", "thank", "succe", "logged in",
    "all set", "done", "got your", "see you",
    "down for", "worked", "congratulations", "aboard", "you're in!", "you are in",
    "now in!", "enrolled", "checked in", "your inbox", "your e", "dank", "erfolgreich", "abgeschickt", "aktualisiert",
    "angelegt",
    "aufgegeben", "bestätigt", "bezahlt", "eingegangen", "erstellt", "gebucht", "gelöscht", "gesendet", "gespeichert",
    "hochgeladen", "übermittelt", "versendet", "merci", "succès", "été ", "confirmé", "créé", "supprimé", "enregistré",
    "envoyé", "validé", "gracias", "éxito", "correctamente", "enviad", "guardad", "confirmad", "cread", "eliminad",
    " sido ", "se ha ", "obrigad", "sucesso", "foi ", "foram ", "grazie", "inviat", "confermat", "salvat", "creat",
    "successo", " stat", "bedankt", "aangemaakt", "bevestigd", "geplaatst", "ontvangen", "opgeslagen", "verzonden",
    " in!", "dispatched", "duplicated", "enrolled", "exported", "extended", "launched", "linked", "ordered", "redeemed",
    "reinstated", "renewed", "reopened", "scheduled", "revoked", "transferred", "unlocked", "upgraded",
    "withdrawn",
)  # fmt: skip
"""Every match of `DONE_WORDS` contains one of these; see `error_words.PLAIN_PARTS`."""
NOT_DONE: Final = re.compile(
    r"""(?<!\w)(?:not|no|never|nothing|none|isn't|wasn't|hasn't|haven't|will|be|to|can|may|must|should|would|once|after
    |before|if|unless|until|till|when|where|whether|while|how|why|what|which|who|soon|already|last|recently|almost
    |codes?|link|cookies?|consent|policy|terms|drafts?|results?|cart|basket|page|prices?|filters?|list|automatically|all
    |nicht|nichts|kein\w*|noch|sobald|wenn|bevor|nachdem|wird|werden|wie|bereits|schon|entwurf|automatisch
        |ergebnisse|warenkorb
    |pas|jamais|après|avant|dès|sera|si|déjà|lien|brouillon|comment|résultats|panier
    |non|nunca|cuando|ya|código|enlace|borrador|após|antes|depois|quando|se|será|não|já|rascunho|resultados|carrito
        |carrinho
    |dopo|prima|sarà|già|codice|bozza|risultati|carrello|niet|geen|nog|als|zodra|wanneer|nadat|wordt|worden|hoe|al
        |concept|resultaten|winkelwagen)
    [,:]?\s(?:[^\s.!?]+\s){0,4}$""",
    re.IGNORECASE | re.VERBOSE,
)
MINOR: Final = re.compile(
    r"\b(?:(?:logged|signed) (?:out|off)|log.?out|sign.?out|abgemeldet|ausgeloggt|déconnect\w*|sesión|sessão"
    r"|desconect\w*|disconness\w*|uitgelogd|afgemeld|copied|kopiert|copié\w*|copiad[oa]|copiat[oa]|gekopieerd"
    r"|(?:re)?loaded|geladen|connected|verbunden|successfully added|added successfully|hinzugefügt|ajouté\w*|añadid[oa]"
    r"|adicionad[oa]|aggiunt[oa]|toegevoegd|added to (?:your )?(?:cart|bag|basket|fav\w*|wish ?list)|item added"
    r"|(?:filters?|search) (?:cleared|reset|applied|saved))\b",
    re.IGNORECASE,
)
"""Minor successes that end no task: signing out, copying, loading, adding to a cart."""
