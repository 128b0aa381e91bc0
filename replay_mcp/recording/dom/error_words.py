"""Words that report an error, in languages that put spaces between words.

`PLAIN` words report one anywhere: "could not be saved". `PLACED` words do so only in a place made for messages: "Enter
a name" is an error beside an invalid field, and a hint anywhere else.
"""

import re
from typing import Final

_THING: Final = (
    r"e-?mail|mail|password|passcode|pin|otp|code|coupon|promo|voucher|user ?name|user|login|log-in|credentials?|input"
    r"|date|time|url|uri|link|token|key|api key|format|file|image|type|request|response|value|number|phone|mobile|card"
    r"|cvc|cvv|iban|bic|address|amount|quantity|name|title|characters?|selection|option|choice|zip|postal|postcode|id"
    r"|signature|argument|parameters?|field|entry|answer|captcha|data|json|csv|domain|color|colour|country|state|city"
    r"|vat|tax|discount|gift card|account|session|query|expression|syntax|range|length|size|or expired|or missing"
)
_REFUSED: Final = r"declined|denied|rejected|refused|forbidden|unauthori[sz]ed|revoked|suspended|banned|blocked|locked"
_NEGATED: Final = (
    r"found|valid|available|allowed|permitted|authori[sz]ed|supported|recogni[sz]ed|possible|saved|sent|delivered"
    r"|verified|accepted|working|eligible|reachable|responding|enough|active|exist|created|updated|deleted|removed|added"
    r"|uploaded|loaded|processed|completed?|submitted|published|placed|booked|confirmed|connected|unique|match"
    r"|able to|logged in|signed in"
)
_TOO: Final = (
    r"many|much|large|big|long|short|small|weak|high|low|late|early|old|young|common|simple|easy|soon|fast|few|far"
    r"|heavy"
)
_END: Final = r"(?=\s*(?:[.!,;:)\u2013\u2014-]|$))"

PLAIN: Final = re.compile(
    rf"""\b(?:
      (?:went|gone|going|is|was|something's)\ wrong | wrong\ (?:[\w-]+\ ){{0,3}}?(?:{_THING})\b
    | could(?:n't|\ not) | unable\ to | not\ able\ to
    | (?:did|does|do|is|was|are|has|have)(?:n't|\ not)\ (?:work\w*|match|exist|go\ through|look\ (?:right|like)
        |(?:yet\ )?been\ (?:saved|sent)
        |respond\w*|recogni[sz]e\w*|right|have\ (?:the\ |an?\ |any\ )?(?:permissions?|access|rights?|enough
        |sufficient)|ship\ to|deliver\ to)
    | (?:isn't|aren't|wasn't|weren't|no\ longer|not(?:\ an?)?)\ (?:currently\ |yet\
        |been\ )?(?:{_NEGATED})\b(?!\ (?:what|yet|through))
    | no\ longer\ (?:exists?|possible|active)
    | (?:(?:is|are|was|were|seems?|looks?|appears?(?:\ to\ be)?|or|be)\ |(?<=\w)'(?:s|re)\ )(?:now\ |currently\ |still
        \ |a\ little\ |a\ bit\ |far\ |just\ |much\ |slightly\ )?(?:invalid|incorrect|incomplete|missing|too\ (?:{_TOO})
        |unavailable|unknown|unreachable|unsupported|wrong|expired|already\ (?:exists?|taken|registered|used|in\ use))
    | too\ many\ (?:requests|attempts|tries|login|log-in|failed|people|users|redirects|connections|files|characters
        |open)
    | too\ (?:large|big|long|short|weak|small){_END} | took\ too\ long
    | already\ (?:exists?|(?:been\ )?(?:taken|used|registered)|in\ use)
    | (?:is|has\ been|was)\ (?:already\ )?(?:taken|used){_END}
    | (?:has|have)\ (?:now\ |already\ |just\ )?gone{_END}
    | (?:is|are)\ (?:already\ |now\ )?(?:fully\ booked|used\ up){_END}
    | (?:has|have)\ (?:been\ )?(?:now\ |already\ )?expired | (?:session|link|token|code|coupon|trial|subscription
        |license|invitation)\ (?:expired|ended|timed\ out){_END}
    | (?:has|have)\ been\ (?:{_REFUSED}|disabled|deactivated|locked\ out|signed\ out\ due|logged\ out\ due)
    | (?:was|were|is|are|got)\ (?:{_REFUSED}|disabled|not\ \w+ed)\b
    | [a-z]\w+\ (?:{_REFUSED}){_END} | (?:{_REFUSED})\ by\ (?:the|your)
    | [a-z]\w+\ failed(?=\s*(?:[.!,;)\u2013\u2014-]|:|$|\ (?:with|because|due|after|for|while|on|at|in|and|\()))
        | failed\ to\ \w+
    | (?:has|have|did|may\ have)\ fail(?:ed)? | fails{_END} | failure\ (?:of|in|while|when|to)\b
    | (?:^|an?\ |the\ |this\ |(?:server|network|unknown|unexpected|internal|fatal|syntax|application|system|playback
        |fetch|connection|database|validation|parse|runtime
        |type|reference|script|react|rendering|loading|http|api|client|upload|import|payment|processing|login
        |form)\ )errors?(?=\s*(?:[.!:,;#]|$|\d|\ (?:
        occurred|happened|has|was|with|while|when|saving|loading|submitting|processing|creating|updating|deleting
        |sending|fetching|uploading|connecting|code|in|on|from|prevent\w*)\b))
    | errors?\ (?:occurred|happened|has\ occurred|prohibited|below|saving|loading|submitting|processing|creating
        |updating|deleting|sending|fetching|uploading
        |while|with\ your|in\ (?:your|the|this)\ (?:form|submission|request|file))
    | contains?\ (?:\w+\ )?errors | (?:have|has)\ errors | (?:correct|fix)\ the\ (?:\w+\ ){{0,2}}(?:errors?
        |problems?|issues?|fields?|below|following)
    | exception\ (?:has\ |was\ )?(?:occurred|thrown|raised) | unhandled | (?:request|operation
        |connection)\ (?:was\ )?aborted
    | invalid\ (?:or\ \w+\ )?(?:\w+\ )?(?:{_THING})\b | not\ (?:an?\ )?valid\b | enter\ (?:an?\ |the\ )?valid\b
        | provide\ an?\ valid\b
    | incorrect\ (?:\w+\ ){{0,2}}?(?:{_THING})\b | bad\ (?:request|gateway|credentials|response)\b
        | internal\ server | gateway\ timeout
    | missing\ (?:required|or\ invalid|(?:{_THING}))\b | (?:field|fields|value|values|information|data)\ (?:is
        |are)\ missing
    | no\ (?:such\ (?:user|account|file|page|order|item|element|record|table|host)|(?:account|user|customer|order
        |booking|match(?:ing)?\ account)s?\ (?:was\ |were\ |is\ )?(?:found|exists?))
    | (?:insufficient|not\ enough)\ \w+ | exceed(?:s|ed)\b | limit\ (?:was\ |has\ been\ |is\ )?(?:reached|exceeded)
    | reached\ (?:the|your)\ (?:\S+\ ){{0,3}}?(?:limit|maximum|max|quota|number) | out\ of\ (?:range|bounds|stock
        |memory|paper|disk)
    | (?:please\ |and\ |or\ |to\ |then\ |,\ )try\ (?:\w+\ ){{0,2}}?again | try\ again\ (?:later|in\b|with|or|soon)
    | (?:nobody|no\ one|nothing|no\ \w+)\ (?:of|by|with|under|for)\ (?:that|this)\ (?:{_THING})\b
    | turned\ (?:down{_END}|down\ (?:the|your|by)\b|(?:the|your)\ \w+\ down) | sadly | regrettably | no\ luck{_END}
    | (?:is|are|was|were)(?:n't|\ not)\ quite\ \w+ | did(?:n't|\ not)\ (?:save|send|load|arrive|upload|stick){_END}
    | sorry\b(?!\ (?:to\ see|for\ the\ wait|about\ the\ wait)) | oops\w* | whoops | uh[\ -]?oh | unfortunately
    | (?:there\ (?:was|is|were|are)|encountered|experienced|experiencing|ran\ into|run\ into|hit|had)\ (?:an?\
        |some\ |the\ )?(?:unexpected\ |technical\ |internal\ )?(?:problems?|issues?|snag|errors?|difficult\w+|trouble)
    | (?:having|had|have)\ (?:some\ |a\ little\ )?(?:trouble|problems|difficult\w+)\ (?:\w+ing
        |with\b) | problem\ (?:loading
        |saving|sending|occurred|with\ (?:your|the)\ (?:request|payment|card|order|submission))
    | timed\ out | in\ the\ past | (?:time-?out|quota|limit)\ exceeded
    | (?:are|appear\ to\ be|seem\ to\ be)\ (?:currently\ )?offline | no\ (?:internet|network)\ (?:connection
        |access)
    | no\ connection{_END} | (?:lost|lose)\ (?:the\ |your\ )?connection | connection\ (?:was\ |is\ |has\ been\ )?(?:lost
        |closed|interrupted|reset|timed\ out)
    | (?:you're|you\ are|he\ is|she\ is)\ not\ (?:the|an?|allowed|authori[sz]ed|permitted|logged|signed|eligible
        |able|yet)\b
    | permissions?\ (?:denied|required) | insufficient | unauthori[sz]ed{_END} | not\ authori[sz]ed | has\ crashed
        | something\ broke
    | by\ (?:someone\ else|another\ (?:user|person|customer)) | someone\ else\ (?:has\ )?(?:\w+ed|took)
    | unsupported\ (?:{_THING}|file|browser|media|operation) | (?:4[0-2][0-9]|50[0-4])\ (?:bad|unauth\w+|forbidden
        |not|internal|service|gateway|error|conflict|method|payload|request)
    | (?:status|error)\ (?:code\ )?[:#]?\ ?[45][0-9][0-9] | (?:page|site)\ (?:isn't|is\ not)\ working
        | can't\ be\ (?:reached|played|found|loaded|saved|opened|displayed|combined|completed)
    | (?:cannot|can't)\ (?:connect|reach|load|save|find|open|read|process|access|complete|be\ (?:saved|found|loaded
        |blank|empty|opened|reached|processed))
    | check\ your\ (?:internet|network|connection)

    | (?:ist|ein|einen|unbekannter|interner|unerwarteter)\ fehler(?!\w) | ^fehler{_END} | fehler\ (?:beim|ist
        |aufgetreten|bei\ der) | fehlgeschlagen | ungültige?[rsn]?\b
    | nicht\ (?:gültig|gefunden|möglich|verfügbar|erlaubt|gespeichert|gesendet|geladen|erreichbar|korrekt|überein)
        | abgelehnt{_END} | verweigert | ausverkauft | (?:ist|sind)\ (?:falsch|abgelaufen|gesperrt|vergeben)
        | schief\ ?gelaufen
    | konnten?\ (?:\w+\ ){{0,3}}nicht | leider
    | (?:ist|sind)\ (?:etwas\ |viel\ |noch\ )?zu\ (?:lang|kurz|groß|klein|schwer|früh|spät|alt|jung|hoch
        |niedrig|schwach|viele){_END}
    | (?:une|cette)\ erreur | ^erreur{_END} | erreur\ (?:est|inconnue|lors|de\ (?:chargement|connexion|serveur))
        | échec\ (?:de|du|lors) | échoué\w* | (?:est|sont|adresse|e-mail|mail|code|date|numéro|lien)\ invalides?
        | invalide{_END}
    | n'(?:a|ai|ont|avons)\ (?:\w+\ )?pas\ pu
    | (?:paiement|accès|carte|demande)\ refusée?s? | impossible\ (?:de|d') | livraison\ impossible
        | (?:mot\ de\ passe|identifiants?)\ incorrects? | n'existe\ pas | a\ expiré | introuvable | désolée?
    | (?:est|sont)\ (?:un\ peu\ |bien\ |encore\ )?trop\ \w+
    | falló | fallid[oa]{_END} | inválid[oa]s?{_END} | rechazad[oa]s?{_END} | no\ (?:válid[oa]s?|se\ pudo
        |se\ ha\ podido|encontrad[oa]) | incorrect[oa]s?{_END} | (?:un|ha\ ocurrido\ un)\ error | error\ (?:al|de
        |en)\ | ha\ caducado | lo\ sentimos
    | (?:es|son)\ demasiado\ \w+
    | (?:um|ocorreu\ um)\ erro | ^erros?{_END} | erros?\ (?:ao|no|na|de)\ | falh(?:a|ou)\ ?(?:ao|no|na|em)?\b
        | recusad[oa]s?{_END} | incorret[oa]s?{_END} | não\ (?:foi\ possível|encontrad[oa]|é\ válid[oa])
    | (?:un|verificato\ un)\ errore | ^errore{_END} | errore\ (?:durante|di|sconosciuto|nel) | fallit[oa]{_END}
        | non\ (?:valid[oaie]|riuscit[oaie]|trovat[oa]|è\ stato\ possibile) | rifiutat[oaie]{_END}
        | errat[oa]{_END} | scadut[oa]{_END} | (?:è|sono)\ troppo\ \w+
    | (?:iets\ |ging\ )fout | (?:een|onbekende)\ fout | ^fout{_END} | fout\ (?:bij|opgetreden) | mislukt
        | ongeldige?\b | niet\ (?:geldig|gevonden|gelukt|beschikbaar|toegestaan|opgeslagen|verzonden)
        | geweigerd{_END} | misgegaan | onjuist | verlopen{_END}
    | (?:is|zijn)\ (?:iets\ |veel\ |nog\ )?te\ (?:lang|kort|groot|klein|zwaar|vroeg|laat|oud|jong
        |hoog|laag|zwak|veel){_END}
    )""",
    re.IGNORECASE | re.VERBOSE,
)

PLAIN_PARTS: Final = (
    "n't", "not", "wrong", "again", "unable", "invalid", "incorrect", "incomplete", "missing", "too ",
    "unavailable", "unknown", "unreach", "unsupport", "expire", "already", "taken", "used", "ended", "timed", "declin",
    "denied", "reject", "refus", "forbid", "authori", "revoke", "suspend", "banned", "blocked", "locked", "disable",
    "deactivat", "fail", "error", "exception", "unhandled", "abort", "valid", "bad ", "internal", "gateway", "service",
    "payload", "correct", "fix the", "signed out", "logged out", "status", "conflict", "method", "request", "no such",
    "account", "user", "customer", "order", "booking", "match",
    "enough", "sufficient", "exceed", "limit", "maximum", "max", "quota", "number", "out of", "sorry", "oops", "uh",
    "unfortunately", "problem", "issue", "snag", "difficult", "trouble", "offline", "internet", "network",
    "connection", "permission", "crash", "broke", "someone else", "another", "longer", "long", "cannot", "past",
    "fehl", "ungültig", "nicht", "abgelehnt", "verweigert", "ausverkauft", "falsch", "abgelaufen", "gesperrt",
    "vergeben", "schief", "leider", "erreur", "échec", "échou", "paiement", "accès", "carte", "demande", "impossible",
    "n'existe", "existe", "expiré", "introuvable", "désol", "fall", "inválid", "rechazad", "no ",
    "caducado", "lo sentimos", " zu ", " trop ", " pas pu", "demasiado", "troppo", " te ", "gone", "fully", "turned",
    "sadly", "regrettabl", "no luck", "nobody", "no one", "nothing", "erro", "falh", "recusad",
    "incorret", "não ", "fallit", "non ", "rifiutat", "errat",
    "scadut", "fout", "mislukt", "ongeldig", "niet ", "geweigerd", "misgegaan", "onjuist", "verlopen", "40", "41", "42",
    "50",
)  # fmt: skip
"""Every match of `PLAIN` contains one of these. Most texts contain none, which is found fifty times faster."""

PLACED: Final = re.compile(
    rf"""\b(?:
      errors? | fail(?:s|ed|ure)? | invalid | wrong | incorrect | missing | expired | ended | unavailable
        | unsupported | duplicate | illegal | conflict
    | {_REFUSED} | cannot | can't(?!\w) | didn't | did\ not | don't | do\ not | does\ not | doesn't | won't
        | hasn't | not\ \w+ | never | no\ \w+\ (?:left|available|nearby|found|selected)
    | (?:is|are)\ required | required{_END} | must(?:\ not)? | mustn't | should\ (?:be|have|contain|not) | may\ not
        | needs?\ to
    | at\ least | at\ most | no\ more\ than | (?:greater|less|smaller|larger|longer|shorter|more|fewer|earlier
        |later)\ than | (?:before|after)\ (?:the\ )?(?:start|end)
    | ensure | expected | between\ \S+\ and | maximum | minimum | only\ .{{1,40}}(?:allowed|may|can|accepted
        |supported) | only\ \d+\ left
    | please(?!\ (?:note|wait|allow|hold|remember|be\ aware|check\ your\ (?:inbox|e-?mail)))
    | (?:enter|choose|select|pick|provide|specify|add|type|upload|fill|tick|accept|confirm|complete|use
        |check)\ (?:an?|the|your|one|at|in|out|this|some)\b
    | already | too\ (?:{_TOO}) | sold\ out | blank | empty | offline | disconnected | lost | try\ again | retry
        | problem | issue | trouble
    | unknown | not | 40[0-9] | 50[0-4] | time-?out | only\ owners | locked | stopped\ working | unexpected
        | unrecogni[sz]ed

    | fehler | falsch\w* | bitte | erforderlich | pflichtfeld | muss | müssen | nicht | kein\w* | bereits
        | zu\ (?:lang|kurz|groß|klein|viele)
    | erreur | échec | veuillez | obligatoire | doit | ne\ .{{1,30}}pas | déjà | trop | incorrecte?s? | invalides?
        | refusée?s?
    | obligatori[oa]s? | debe | por\ favor | no | ya | demasiad\w+ | incorrect[oa]s? | inválid[oa]s? | deve | não
        | já | obrigatóri[oa]s? | incorret[oa]s?
    | obbligatori[oae] | non | già | troppo | errat[oa] | inserisci | inserire
    | verplicht | moet | niet | geen | vul | kies | al\ (?:in\ gebruik|bezet) | te\ (?:lang|kort|groot|veel)
    )(?!\w)""",
    re.IGNORECASE | re.VERBOSE,
)

HARMLESS: Final = re.compile(
    r"""^\W*(?:no\ (?:errors?|issues?|problems?|results?|items?|messages?|notifications?|data|matches|upcoming
        |credit\ card|changes)\b
    | (?:0|zero)\ \w+ | nothing\ (?:found|here|to)\b | (?:all\ )?\w+\ operational
    | loading\b | please\ wait | (?:\w+ing)(?:\ \w+){0,3}\s*(?:\.\.\.|\u2026) | keine?\ \w+ | aucune?\ \w+
        | sin\ \w+ | sem\ \w+ | nessun\w*\ \w+ | geen\ (?:resultaten|fouten?)
    | copied | (?:link\ )?copied\ to)""",
    re.IGNORECASE | re.VERBOSE,
)
"""Beginnings of texts that report no error, whatever follows."""

NOT_ERROR: Final = re.compile(
    r"""(?:\bnothing\s+(?:(?:is|was|has|seems|looks|went)\s+)?(?:\w+\s+)?
    | \b(?:no|without|zero|keine?|ohne|sans|aucune?|sin|sem|senza|geen|free\ of)\s+(?:\w+\s+)?
    | \b0\s+(?:\w+\s+)?
    | \b(?:may|might|could|would|will|can)\s+(?:be\s+)?
    | \b(?:if|when|whenever|unless|in\ case|whether|how|why|what|never|avoid|prevent|learn|notify|alert\ (?:me|us)
        |e-?mail\ me|let\ you\ know|report|reporting
        |catch|handle|debug|recover|retry|view|show|hide|download|recent|top|all|wenn|falls|quando|als|indien|cuando)\b[^.!?]{0,60})$""",
    re.IGNORECASE | re.VERBOSE,
)
"""Words before a match that make it no error: negations, possibilities, conditions, names of features."""

SHARE: Final = re.compile(
    r"\b\d[\d.,]*\s*(?:of|/|out of|von|sur|de|di|van)\s*\d[\d.,]*\s+(?:\w+\s+){0,2}$", re.IGNORECASE
)
"""A share before a match that makes it a statistic: "3 of 12 jobs failed"."""

REFUSAL: Final = re.compile(r"could|cannot|can't|konnte|n'", re.IGNORECASE)
"""Verbs of a sentence that says what was not done, even to a share: "2 of 5 rows could not be imported"."""

COUNTS: Final = re.compile(
    r"""^\W*(?:\d[\d.,]*\s*(?:(?:of|/|out\ of|von|sur|de|di|van)\s*\d[\d.,]*\s*)?(?:\w+\s+){0,2}(?:failed|failures
        |errors|warnings|rejected|declined|expired|invalid|blocked|missing)\b(?!\s+(?:prohibited|occurred|with
        |in\s+your|attempts|login))
    | (?:\w+\s){0,2}(?:failed|failures?|errors?|warnings?|rejected|declined|expired|invalid|blocked|missing)
        \s*(?::\s*\d+\s*$|\(\d))""",
    re.IGNORECASE | re.VERBOSE,
)
"""Counts on dashboards: "4 of 120 jobs failed", "Errors (3)"."""
