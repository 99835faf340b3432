### Die Worte des Karten-Gateways.

summary = Nimmt Kartenzahlungen über Stripe an, mit 3-D Secure, gespeicherten Karten, Erstattungen und Rückbuchungen. Kartendaten erreichen diese Installation nie.
help = Mit Kredit- oder Debitkarte zahlen. Wird sofort gebucht.

## Die Seite

pay-button = { $amount } zahlen
save-label = Diese Karte für spätere Zahlungen speichern
save-hint = Sie sind einverstanden, dass wir spätere Rechnungen von dieser Karte abbuchen, auch wenn Sie gerade nicht hier sind. Stripe bewahrt die Karte auf; Sie können sie jederzeit entfernen.
card-note = Ihre Kartendaten gehen direkt an Stripe, das die Zahlung annimmt. Wir sehen sie nie.
unreachable = Stripe war nicht zu erreichen. Prüfen Sie Ihre Verbindung und versuchen Sie es noch einmal. Es wird nie doppelt abgebucht.
other-card = Oder mit einer anderen Karte zahlen
approve-title = Ihre Bank möchte, dass Sie diese Zahlung freigeben
approve-lead = Wir wollten { $card } belasten, und Ihre Bank bittet um Ihre Freigabe. Abgebucht ist noch nichts.
approve-button = { $amount } freigeben
authenticate-title = Geben Sie die Zahlung bei Ihrer Bank frei
authenticate-lead = Ihre Bank möchte wissen, dass wirklich Sie { $amount } zahlen. Folgen Sie ihren Schritten; vorher wird nichts abgebucht.
continue-button = Weiter
resend-lead = Einen Moment: Ihre Zahlung wird vorbereitet.

## Warum eine Zahlung nicht durchging, und was nun zu tun ist

decline-bank = Ihre Bank hat diese Zahlung nicht genehmigt. Nehmen Sie eine andere Karte, oder fragen Sie Ihre Bank nach dem Grund.
decline-funds = Guthaben oder Limit dieser Karte reichen nicht. Nehmen Sie eine andere Karte, oder erhöhen Sie das Limit bei Ihrer Bank.
decline-expired = Diese Karte ist abgelaufen. Nehmen Sie eine andere.
decline-cvc = Die Prüfnummer stimmt nicht. Vergleichen Sie sie mit der Karte und versuchen Sie es noch einmal.
decline-number = Die Kartennummer stimmt nicht. Prüfen Sie sie und versuchen Sie es noch einmal.
decline-expiry = Das Ablaufdatum stimmt nicht. Prüfen Sie es und versuchen Sie es noch einmal.
decline-address = Anschrift oder Postleitzahl sind nicht die, die Ihre Bank kennt. Berichtigen Sie sie und versuchen Sie es noch einmal.
decline-authentication = Ihre Bank konnte nicht bestätigen, dass Sie es waren. Versuchen Sie es noch einmal und folgen Sie den Schritten Ihrer Bank, oder nehmen Sie eine andere Karte.
decline-not-supported = Mit dieser Karte geht diese Zahlung nicht. Nehmen Sie eine andere Karte, oder fragen Sie Ihre Bank.
decline-try-again = Ihre Bank hat nicht geantwortet. Versuchen Sie es in einigen Minuten noch einmal, oder nehmen Sie eine andere Karte.
decline-duplicate = Mit dieser Karte wurde eben erst der gleiche Betrag gezahlt. Sehen Sie nach, ob das durchging, bevor Sie es noch einmal versuchen.
decline-test-card = Testkarten gehen nur im Testbetrieb, echte Karten nur außerhalb. Nehmen Sie eine andere Karte.
form-again = Das dauerte zu lange oder wurde zweimal abgeschickt. Abgebucht ist nichts. Geben Sie Ihre Karte noch einmal ein.
saved-card-gone = Diese gespeicherte Karte gibt es nicht mehr. Zahlen Sie mit einer anderen.
cancelled-start-again = Diese Zahlung wurde abgebrochen. Beginnen Sie auf der Rechnung eine neue.
nothing-left = Diese Zahlung ist vollständig. Es bleibt nichts zu zahlen.
nothing-taken = Abgebucht ist nichts. Sie können es noch einmal versuchen.
paid-already = Ihre Karte wurde belastet. Die Zahlung wird gerade gebucht; mehr ist nicht zu tun.
waiting-processing = Stripe bearbeitet Ihre Zahlung. Sie müssen nichts tun.
waiting-authentication = Ihre Bank möchte, dass Sie diese Zahlung freigeben. Öffnen Sie dazu die Zahlungsseite noch einmal.

amount-none = Es gibt nichts mit Karte zu zahlen.
amount-too-small = Mit Karte geht es ab { $minimum }. Wählen Sie eine andere Zahlungsart.
amount-too-large = Mit Karte geht es bis { $maximum }. Wählen Sie eine andere Zahlungsart.
amount-too-exact = Mit Karte gehen nur Beträge in Schritten von { $step }. Wählen Sie eine andere Zahlungsart.
amount-below-minimum = Dieser Betrag ist für eine Kartenzahlung zu klein. Wählen Sie eine andere Zahlungsart.
amount-above-maximum = Dieser Betrag ist für eine Kartenzahlung zu groß. Wählen Sie eine andere Zahlungsart.

refund-pending = Die Erstattung ist unterwegs.
refund-requires-action = Die Erstattung wartet auf den Zahler, dem Stripe geschrieben hat.
refund-failed = Die Erstattung ging nicht durch.
disputed = Grund der Bank des Karteninhabers, in Stripes Wort: { $reason }. Der Fall steht in Stripes Dashboard.

## Das Formular der Einstellungen

group-account = Stripe-Konto
field-publishable-key = Veröffentlichbarer Schlüssel
field-publishable-key-help = In Stripes Dashboard unter Entwickler, API-Schlüssel. Er beginnt mit pk_live_, im Testbetrieb mit pk_test_.
field-secret-key = Geheimer Schlüssel
field-secret-key-help = Von derselben Seite: sk_ oder, mit weniger Rechten, rk_. Er wird verschlüsselt gespeichert und nie wieder gezeigt.
field-merchant = Konto-ID
field-merchant-help = Sie beginnt mit acct_ und steht in Stripes Dashboard unter Einstellungen, Kontodetails. „Verbindung testen“ sagt, wenn der Schlüssel zu einem anderen Konto gehört. Zahlungen an andere Konten werden angehalten.

group-webhook = Webhook
field-webhook-secret = Signaturgeheimnis
field-webhook-secret-help = Es beginnt mit whsec_. „Webhook einrichten“ trägt es ein.
field-webhook-secret-next = Zweites Signaturgeheimnis
field-webhook-secret-next-help = Während ein Geheimnis ersetzt wird, gelten beide. Leeren Sie es danach.
field-webhook-id = ID des Webhooks bei Stripe
field-webhook-id-help = „Webhook einrichten“ trägt sie ein.

group-options = Optionen
field-save-cards = Kunden dürfen ihre Karte speichern
field-save-cards-help = Sie werden auf der Seite gefragt und können die Karte im Portal entfernen.
field-ask-fee = Nach der Gebühr fragen
field-ask-fee-help = Fragt Stripe nach seiner Gebühr, wenn ein Webhook sagt, dass eine Zahlung durchging. Webhooks dauern dann etwas länger.
field-test-api = API-Adresse
field-test-api-help = Nur im Testbetrieb, um es ohne Konto zu versuchen: zum Beispiel http://127.0.0.1:8422. Auch Stripe.js kommt dann von dort.

host-api = Legt Zahlungen an, prüft und erstattet sie.
origin-js = Stripes Formular für die Karte.
origin-hooks = Die Seite der Bank für 3-D Secure.
origin-api = Stripes Formular schickt die Karte an Stripe.

note-account = Stripe antwortete als { $account }.
note-charges-disabled = Dieses Konto kann noch keine Zahlungen annehmen. Stripes Dashboard sagt, was fehlt.
note-no-webhook = Es ist kein Webhook eingerichtet. Zahlungen werden trotzdem gefunden, nur später: drücken Sie „Webhook einrichten“.
note-test-api = Anfragen gehen an { $address }, nicht an Stripe.
note-webhook-made = Der Webhook ist bei Stripe eingetragen und sein Signaturgeheimnis gespeichert.
note-webhook-found = Der Webhook war bei Stripe schon eingetragen und bleibt.

## Was an einer Einstellung falsch sein kann

error-publishable-key-missing = Geben Sie den veröffentlichbaren Schlüssel ein.
error-publishable-key-is-secret = Das ist ein geheimer Schlüssel. Er gehört in das Feld darunter; machen Sie bei Stripe einen neuen, denn dieser war zu sehen.
error-publishable-key = Ein veröffentlichbarer Schlüssel beginnt mit { $beginning } und hat nur Buchstaben und Ziffern.
error-key-of-test = Das ist ein Schlüssel des Testbetriebs. Geben Sie den echten ein.
error-key-of-live = Das ist ein echter Schlüssel. Geben Sie im Testbetrieb einen Testschlüssel ein.
error-secret-key-missing = Geben Sie den geheimen Schlüssel ein.
error-secret-key-refused = Stripe nimmt diesen Schlüssel nicht an. Kopieren Sie ihn noch einmal, oder machen Sie einen neuen.
error-secret-key-permission = Dieser eingeschränkte Schlüssel darf nicht alles, was nötig ist. Erlauben Sie ihm, Konto und Guthaben zu lesen und Kunden, Payment Intents, Zahlungsmethoden, Erstattungen und Webhook-Endpunkte zu schreiben.
error-merchant-missing = Geben Sie die Konto-ID ein.
error-merchant = Eine Konto-ID beginnt mit acct_ und hat nur Buchstaben und Ziffern.
error-merchant-found = Der Schlüssel gehört zu { $found }. Geben Sie diese ID ein, wenn dieses Konto bezahlt werden soll.
error-merchant-other = Der Schlüssel gehört zu { $found }. Geben Sie diese ID ein, oder den Schlüssel des anderen Kontos.
error-webhook-secret-first = Geben Sie auch das erste Signaturgeheimnis ein.
error-test-api = Geben Sie eine Adresse dieses Rechners mit Port ein, etwa http://127.0.0.1:8422.
error-test-api-live = Das ist nur für den Testbetrieb. Leeren Sie es.
