"""What a shown text says, in seven languages: every word is found, and nothing that only sounds like it."""

import re
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replay_mcp.recording.dom.message_words import DONE_WORDS, ERROR_WORDS, may_say, says
from tests.examples import examples

ERRORS = [
    "Error", "2 errors occurred", "The payment did fail", "This fails", "Payment failed", "Failure of the printer",
    "Invalid card", "The coupon is not valid", "Something went wrong", "Please try again", "We are unable to ship",
    "We cannot ship there", "You can't do that", "You can\u2019t do that", "It couldn't be saved", "It could not be saved",
    "That didn't work", "That did not work", "Access denied", "Card declined", "Your request was rejected",
    "Your session has expired", "Page not found", "Currently unavailable", "That is not available",
    "This field is required", "Name and e-mail are required", "Incorrect password", "The request timed out",
    "Fehler", "Zahlung fehlgeschlagen", "Ungültige Adresse", "Der Gutschein ist nicht gültig", "Seite nicht gefunden",
    "Das ist nicht möglich", "Artikel nicht verfügbar", "Zahlung abgelehnt",
    "Erreur inconnue", "Échec du paiement", "Le paiement a échoué", "Les paiements ont échouées", "Adresse invalide",
    "Paiement refusé", "Carte refusée", "Livraison impossible",
    "El pago falló", "Pago fallido", "Dirección inválida", "Tarjeta rechazada", "Código no válido", "No se pudo guardar",
    "Ocorreu um erro", "Erros no formulário", "O pagamento falhou", "Falha no pagamento", "Cartão recusado",
    "Errore sconosciuto", "Pagamento fallito", "Codice non valido", "Pagamento non riuscito", "Carta rifiutata",
    "Er ging iets fout", "Betaling mislukt", "Ongeldig adres", "Ongeldige code", "Code niet geldig",
    "Pagina niet gevonden", "Het is niet gelukt", "Betaling geweigerd",
]  # fmt: skip
DONE = [
    "Thank you!", "Thank you, Nora", "Thank you for your order", "Thanks for your message", "Thanks for signing up",
    "Thank you for the booking", "Thank you for subscribing", "Success", "Success!", "Success, saved",
    "Payment successful", "Your payment was successful.", "Successfully saved", "Order placed successfully",
    "Your order was placed", "Your files were uploaded", "Your message has been sent", "Your order has now been placed",
    "Your booking is confirmed", "Your bookings are now confirmed!", "Registration is complete.", "Order confirmed",
    "Changes saved.", "Payment accepted, one moment please", "You are signed in", "You\u2019re now logged in.",
    "You're all set", "You are all set!",
    "Vielen Dank!", "Vielen Dank für Ihre Bestellung", "Danke für deine Nachricht", "Zahlung erfolgreich.",
    "Nachricht erfolgreich gesendet", "Erfolgreich abgeschlossen", "Erfolgreich registriert.",
    "Ihre Anfrage wurde abgeschickt", "Die Daten wurden erfolgreich gespeichert", "Ihre Zahlung ist eingegangen.",
    "Ihre Termine sind nun gebucht",
    "Merci !", "Merci, Nora", "Merci pour votre commande", "Message envoyé avec succès", "Votre message a été envoyé",
    "Vos données ont bien été enregistrées", "Votre commande est confirmée.", "Les places sont validées",
    "Gracias por tu compra", "Guardado con éxito", "Se envió con éxito", "Su pedido ha sido confirmado",
    "Los datos han sido guardados", "Se ha enviado el mensaje",
    "Obrigado pela compra", "Obrigada por sua mensagem", "Pedido enviado com sucesso", "Feito com sucesso",
    "Pago com sucesso", "O pedido foi confirmado", "Os dados foram salvos",
    "Grazie per il tuo ordine", "Inviato con successo", "Il pagamento è stato ricevuto", "I dati sono stati salvati",
    "Bedankt voor je bestelling", "Succesvol!", "Succesvol opgeslagen", "Succesvol verzonden", "Je bericht is verzonden",
    "Je wijzigingen zijn opgeslagen.",
]  # fmt: skip
NEITHER = [
    # names of things, rules, and what was long ago
    "Saved searches", "Scheduled posts", "Confirmed speakers", "Success stories", "Customer success team",
    "Our successful year", "Erfolgreich bewerben", "Succesvol ondernemen", "Negocio con éxito", "Vender com sucesso",
    "Gérer avec succès", "Lavorare con successo", "Visa and Mastercard are accepted.", "All rights are reserved.",
    "Prices are updated daily", "Returns are accepted within 30 days", "Your data is saved securely", "Prices have changed",
    "Your order was placed on 3 May", "Created by Nora", "This page was updated on May 3", "Order placed: 3 May",
    "The review was published by a customer", "Cet article a été créé le 3 mai", "Wurde zuletzt aktualisiert",
    "Our privacy policy has been updated", "Your cookie choice has been saved", "You have received 3 new messages",
    # negations
    "Your order is not confirmed", "Nothing was saved", "No order was placed", "No, thank you", "It hasn't been sent",
    "The change has never been saved", "Die Bestellung ist noch nicht bestätigt.", "Keine Nachricht wurde gesendet",
    "Votre commande n'est pas confirmée.", "El pedido no ha sido enviado", "O pedido não foi enviado",
    "L'ordine non è stato inviato", "Je bestelling is niet geplaatst.", "This address has already been registered",
    "Your order is almost complete", "All changes saved", "Draft has been saved",
    # futures, conditions and wishes
    "Your order will be placed", "Once your payment is received, we ship", "When your order is confirmed, we write",
    "If your payment was accepted", "Until your order is confirmed", "We write as soon as your order has been placed",
    "Sign in to see saved items", "Sobald Ihre Zahlung eingegangen ist", "Wenn Ihre Bestellung bestätigt ist",
    "Dès que votre message a été envoyé", "Cuando el pedido ha sido enviado", "Quando o pedido foi enviado",
    "Quando il pagamento è stato ricevuto", "Zodra je bericht is verzonden.", "How your booking is confirmed.",
    "Thank you for your patience", "Thank you for your feedback", "Keep me signed in", "Signed in as nora",
    "A code has been sent to your phone", "Merci de patienter", "Vielen Dank im Voraus",
    # questions
    "Was your order placed?", "Payment failed?", "Did something go wrong, an error?", "Wurde die Mail gesendet?",
    "Has your booking been confirmed?", "Are you signed in?",
    # no errors, and what cannot be undone
    "No errors found", "0 errors", "Without error", "Keine Fehler", "Sans erreur", "Sin errores", "Sem erros",
    "Senza errore", "Geen fout", "This cannot be undone.", "This can't be undone.",
    # who leaves
    "Successfully logged out", "You were signed out successfully", "Erfolgreich abgemeldet",
    # something else
    "", " ", "Add to cart", "Unfailing", "canned", "terror", "3 results",
]  # fmt: skip


def alternatives(pattern: str) -> list[str]:
    """The outermost alternatives of a pattern that is one group of them."""
    found, depth, in_class = [""], 0, False
    for token in re.findall(r"\\.|.", pattern, re.DOTALL):
        in_class = token == "[" or (in_class and token != "]")
        depth += (not in_class) * ((token == "(") - (token == ")"))
        if token == "|" and depth == 1 and not in_class:
            found.append("")
        else:
            found[-1] += token
    opening = re.compile(r"^.*?\(\?:\s", re.DOTALL)
    closing = re.compile(r"\)(?:\(\?!\\w\).*|\\b)$", re.DOTALL)
    return [
        opening.sub("", found[0], count=1).strip(),
        *map(str.strip, found[1:-1]),
        closing.sub("", found[-1]).strip(),
    ]


@pytest.mark.parametrize("text", ERRORS)
def test_what_speaks_of_an_error_is_found(text: str):
    assert [says(text), says(text.upper()), says(f"{text}. Questions?"), may_say(text)] == ["error"] * 3 + [True]


@pytest.mark.parametrize("text", DONE)
def test_what_says_that_something_is_done_is_found(text: str):
    assert [says(text), says(text.upper()), may_say(f"One\n{text}\nTwo")] == ["done", "done", True]


@pytest.mark.parametrize("text", NEITHER)
def test_what_only_sounds_like_it_says_nothing(text: str):
    assert says(text) == ""


@pytest.mark.parametrize(("words", "examples"), [(ERROR_WORDS, ERRORS), (DONE_WORDS, DONE)])
def test_each_alternative_has_an_example(words: re.Pattern[str], examples: list[str]):
    parts = [re.compile(rf"(?<!\w)(?:{part})(?!\w)", words.flags) for part in alternatives(words.pattern)]
    assert len(parts) > 25
    assert [part.pattern for part in parts if not any(map(part.search, examples))] == []


@examples(150)
@given(st.from_regex(ERROR_WORDS) | st.from_regex(DONE_WORDS) | st.text())
def test_nothing_that_the_patterns_find_is_passed_over(text: str):
    text = text.replace("\u017f", "s").replace("\u0131", "i").replace("\u0130", "I")
    assert may_say(text) == bool(ERROR_WORDS.search(text) or DONE_WORDS.search(text))


def test_every_deed_with_every_participle_is_found():
    deeds = [
        "appointment", "application", "booking", "changes", "comment", "donation", "form", "message", "order", "payment",
        "profile", "purchase", "registration", "request", "reservation", "review", "settings", "subscription", "transfer",
    ]  # fmt: skip
    done = [
        "accepted", "approved", "booked", "changed", "complete", "completed", "confirmed", "created", "paid", "placed",
        "published", "received", "registered", "reserved", "saved", "scheduled", "sent", "submitted", "subscribed",
        "updated", "uploaded", "verified",
    ]  # fmt: skip
    told = [f"{deed} {participle}!" for deed, participle in product(deeds, done)]
    assert [text for text in told if says(text) != "done"] == []
    assert [participle for participle in done if says(f"It was {participle}") != "done"] == []


def test_an_error_outweighs_what_is_done():
    assert says("Your order has been placed, but the payment failed.") == "error"
    assert says("No errors. Your order has been placed.") == ""


def test_weak_words_say_nothing_where_texts_are_not_made_for_telling():
    weak = ["You cannot miss it", "You can't miss it", "Impossible is nothing", "Currently unavailable", "That is not available",
            "I didn't like it", "Fields marked * are required"]  # fmt: skip
    assert [(says(text), says(text, bare=True)) for text in weak] == [("error", "")] * len(weak)
    assert says("Payment failed", bare=True) == "error"


def test_only_the_beginning_of_a_long_text_is_looked_at():
    assert [says("x" * 380 + " Payment failed"), says("x" * 400 + " Payment failed")] == ["error", ""]


@pytest.mark.parametrize(
    "text",
    [
        "a" * 400,
        "ge" * 200,
        "erfolgreich " + "ge" * 194,
        "not " * 100,
        "to " * 130 + "was placed",
        "was placed " * 40,
        "error " * 66,
        "no error " * 44,
        "no " * 100 + "w" * 80 + " error",
        " " * 400,
        "é" * 400,
        "successfully " * 30,
        "succesvol " + "ge" * 195,
        "been " * 80,
        "thank you " * 40,
        "success" + " " * 393,
    ],
)
@pytest.mark.timeout(60)
def test_hostile_texts_are_read_like_any_other(text: str):
    """A pattern that backtracks without bound would run into the time limit, which is no measure of speed."""
    for _ in range(20):
        assert says(text) in ("", "error", "done")
        assert isinstance(may_say(text), bool)
