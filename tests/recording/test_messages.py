"""Messages of failure and success are recognised in all languages; texts that only sound like messages are not."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replay_mcp.recording.dom.done_words import DONE_PARTS, DONE_WORDS
from replay_mcp.recording.dom.error_words import PLAIN, PLAIN_PARTS
from replay_mcp.recording.dom.message_words import is_harmless, meaning_of
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
    "Your order is not confirmed", "It hasn't been sent", "This address has already been registered",
    "You\u2019re a little too early for this", "The last seat has just gone", "The year is fully booked", "No connection",
    "The bank turned the payment down", "Not that one, sadly", "Nobody with that number is here",
    "That isn't quite right", "We're having trouble with uploads",
    "Das Bild ist zu klein", "Cette image est trop grande", "El archivo es demasiado grande", "Il testo è troppo lungo",
    "Het bestand is te groot", "Le fichier n'a pas pu être lu",
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
    # names of things, rules, and events long ago
    "Saved searches", "Scheduled posts", "Confirmed speakers", "Success stories", "Customer success team",
    "Our successful year", "Erfolgreich bewerben", "Succesvol ondernemen", "Negocio con éxito", "Vender com sucesso",
    "Gérer avec succès", "Lavorare con successo", "Visa and Mastercard are accepted.", "All rights are reserved.",
    "Prices are updated daily", "Returns are accepted within 30 days", "Your data is saved securely", "Prices have changed",
    "Your order was placed on 3 May", "Created by Nora", "This page was updated on May 3", "Order placed: 3 May",
    "The review was published by a customer", "Cet article a été créé le 3 mai", "Wurde zuletzt aktualisiert",
    "Our privacy policy has been updated", "Your cookie choice has been saved", "You have received 3 new messages",
    # negations
    "Nothing was saved", "No order was placed", "No, thank you",
    "The change has never been saved", "Die Bestellung ist noch nicht bestätigt.", "Keine Nachricht wurde gesendet",
    "Votre commande n'est pas confirmée.", "El pedido no ha sido enviado", "O pedido não foi enviado",
    "L'ordine non è stato inviato", "Je bestelling is niet geplaatst.",
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
    # denied errors, and actions that cannot be undone
    "No errors found", "0 errors", "Without error", "Keine Fehler", "Sans erreur", "Sin errores", "Sem erros",
    "Senza errore", "Geen fout", "This cannot be undone.", "This can't be undone.",
    # signing out
    "Successfully logged out", "You were signed out successfully", "Erfolgreich abgemeldet",
    # other texts
    "", " ", "Add to cart", "Unfailing", "canned", "terror", "3 results",
]  # fmt: skip


@pytest.mark.parametrize("form", ["{}", "{}. Questions?"])
def test_error_messages_are_recognised(form: str):
    assert [text for text in ERRORS if meaning_of(form.format(text)) != "error"] == []


@pytest.mark.parametrize(("texts", "meaning"), [(ERRORS, "error"), (DONE, "done")])
def test_messages_are_recognised_in_capitals(texts: list[str], meaning: str):
    assert [text for text in texts if meaning_of(text.upper()) != meaning] == []


def test_success_messages_are_recognised():
    assert [text for text in DONE if meaning_of(text) != "done"] == []


def test_texts_that_only_sound_like_messages_are_not_recognised():
    assert [text for text in NEITHER if meaning_of(text, bare=True) != ""] == []


@examples(100)
@given(st.from_regex(PLAIN) | st.from_regex(DONE_WORDS) | st.text())
def test_every_match_of_a_pattern_contains_one_of_its_parts(text: str):
    """Texts without any of the parts are not searched for words."""
    text = text.replace("\u017f", "s").replace("\u0131", "i").replace("\u0130", "I").replace("\u212a", "k")
    for words, parts in ((PLAIN, PLAIN_PARTS), (DONE_WORDS, DONE_PARTS)):
        assert not words.search(text) or any(part in text.lower() for part in parts)


def test_every_transaction_with_every_participle_is_success():
    transactions = [
        "appointment", "application", "booking", "changes", "comment", "donation", "form", "message", "order", "payment",
        "profile", "purchase", "registration", "request", "reservation", "review", "settings", "subscription", "transfer",
    ]  # fmt: skip
    done = [
        "accepted", "approved", "booked", "changed", "complete", "completed", "confirmed", "created", "paid", "placed",
        "published", "received", "registered", "reserved", "saved", "scheduled", "sent", "submitted", "subscribed",
        "updated", "uploaded", "verified",
    ]  # fmt: skip
    texts = [f"{transaction} {participle}!" for transaction, participle in product(transactions, done)]
    assert [text for text in texts if meaning_of(text) != "done"] == []
    assert [participle for participle in done if meaning_of(f"It was {participle}") != "done"] == []


def test_an_error_outweighs_success():
    assert meaning_of("Your order has been placed, but the payment failed.") == "error"
    assert meaning_of("No errors. Your order has been placed.") == "done"


def test_words_of_hints_and_labels_report_errors_only_in_a_place_made_for_messages():
    placed = ["Enter a name", "At least 8 characters", "Fields marked * are required", "Currently unavailable",
              "You cannot miss it", "Choose a role", "Required", "Please pick a category"]  # fmt: skip
    assert [(meaning_of(text), meaning_of(text, bare=True)) for text in placed] == [("error", "")] * len(placed)
    assert meaning_of("Payment failed", bare=True) == "error"


def test_notes_that_ask_for_something_are_not_errors():
    notes = ["Please wait", "Please note our opening hours", "Please allow 3 days for delivery"]
    assert [meaning_of(text) for text in notes] == [""] * len(notes)


def test_counts_are_not_errors():
    counts = ["4 of 120 jobs failed", "3 failed, 117 passed", "Failed: 0", "Errors (3)", "0 errors", "No errors found"]
    assert [(meaning_of(text), meaning_of(text, bare=True), is_harmless(text)) for text in counts] == [
        ("", "", True)
    ] * len(counts)
    assert meaning_of("There were 2 errors with your submission", bare=True) == "error"
    assert meaning_of("3 errors prohibited this article from being saved", bare=True) == "error"


@pytest.mark.parametrize(
    "text",
    [
        "2 of 5 rows could not be imported",
        "2 von 5 Zeilen konnten nicht gelesen werden",
        "1 ligne sur 3 n'a pas pu être importée",
    ],
)
def test_a_sentence_that_a_part_could_not_be_done_is_an_error(text: str):
    assert meaning_of(text, bare=True) == "error"


def test_names_of_features_and_conditions_are_not_errors():
    names = ["Error rate", "Failed payments", "Report an error", "If your payment fails, we retry", "Retry failed jobs",
             "What to do if a payment fails", "Learn how errors are handled", "Declined invitations"]  # fmt: skip
    assert [meaning_of(text, bare=True) for text in names] == [""] * len(names)


def test_only_the_beginning_of_a_long_text_is_examined():
    assert [meaning_of("x" * 380 + " Payment failed"), meaning_of("x" * 400 + " Payment failed")] == ["error", ""]


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
def test_hostile_texts_are_examined_without_endless_backtracking(text: str):
    """A pattern with unbounded backtracking would exceed the time limit, which does not measure speed."""
    for _ in range(20):
        meaning_of.cache_clear()
        assert meaning_of(text) in ("", "error", "done")


@pytest.mark.parametrize(
    ("text", "anywhere", "in_place"),
    [
        ("エラーが発生しました", "error", "error"),
        ("支払いに失敗しました", "error", "error"),
        ("金額を入力してください", "", "error"),
        ("注文を受け付けました", "done", "done"),
        ("保存しますか\uff1f", "", ""),
        ("支付失败\uff0c请重试", "error", "error"),
        ("请输入邮箱", "", "error"),
        ("提交成功", "done", "done"),
        ("결제에 실패했습니다", "error", "error"),
        ("이메일을 입력하세요", "", "error"),
        ("저장되었습니다", "done", "done"),
        ("تعذر الاتصال بالخادم", "error", "error"),
        ("هذا الحقل مطلوب", "", "error"),
        ("تم حفظ التغييرات", "done", "done"),
        ("ようこそ", "", ""),
    ],
)
def test_scripts_without_spaces_and_arabic_are_matched_by_parts_of_words(text: str, anywhere: str, in_place: str):
    assert (meaning_of(text, bare=True), meaning_of(text)) == (anywhere, in_place)


@pytest.mark.parametrize(
    "text",
    [
        "3 tasks open, 12 of 40 checks failed",
        "Last mail: 3 of 900 deliveries failed",
        "Requests shorter than two weeks' notice may be rejected.",
        "Late orders could be refused.",
    ],
)
def test_counts_and_possibilities_are_not_errors_outside_places_made_for_messages(text: str):
    assert meaning_of(text, bare=True) == ""
