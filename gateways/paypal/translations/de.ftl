### Texte des Zahlungswegs PayPal.

summary = Schickt Kunden zum Bezahlen zu PayPal und verbucht, was PayPal bestätigt.
help = Bezahlen Sie mit Ihrem PayPal-Konto: Sie werden zu PayPal geleitet und kommen hierher zurück.

## Zahlungsseite

page-cancelled = Sie sind von PayPal zurückgekommen, ohne zu bezahlen. Von Ihrem Konto wurde nichts abgebucht.
page-expired = Die Zeit zum Bezahlen bei PayPal ist abgelaufen. Von Ihrem Konto wurde nichts abgebucht; Sie können neu beginnen.
page-button = Mit PayPal bezahlen
page-next = Sie werden zu PayPal geleitet, um sich anzumelden und zu bestätigen. Danach kommen Sie hierher zurück.

wait-approval = PayPal wartet darauf, dass Sie die Zahlung bestätigen.
wait-paypal = PayPal schließt die Zahlung ab. Kommen Sie gleich wieder oder laden Sie die Rechnung neu.
wait-closed = Diese Zahlung ist abgeschlossen, es wird nichts mehr dafür abgebucht. Öffnen Sie die Rechnung, um zu sehen, was noch offen ist.
nothing-left = Diese Zahlung wurde bei PayPal bereits geleistet. Es ist nichts mehr zu tun.

amount-currency = PayPal nimmt kein { $currency } an. Bitte wählen Sie einen anderen Zahlungsweg.
amount-decimals = PayPal nimmt { $currency } nur in ganzen Einheiten an, und dieser Betrag hat Nachkommastellen. Bitte wählen Sie einen anderen Zahlungsweg.

## Warum eine Zahlung wartet

pending-buyer-complaint = PayPal hält die Zahlung zurück, weil ein Fall dazu eröffnet wurde.
pending-chargeback = Die Bank oder das Kartenunternehmen dahinter hat die Zahlung zurückgeholt.
pending-echeck = Sie bezahlen über PayPal von Ihrem Bankkonto. Das dauert drei bis sechs Bankarbeitstage.
pending-international-withdrawal = PayPal wartet darauf, dass der Empfänger diese Zahlung annimmt.
pending-review = PayPal prüft die Zahlung. Das dauert in der Regel weniger als 24 Stunden.
pending-manual-action = PayPal wartet darauf, dass der Empfänger diese Zahlung annimmt.
pending-refunded = PayPal hat das Geld zurückgeschickt.
pending-awaiting-funding = PayPal wartet auf das Geld, das Sie dorthin gesendet haben.
pending-unilateral = PayPal wartet darauf, dass der Empfänger das bezahlte Konto bestätigt.
pending-verification = PayPal wartet auf die Überprüfung des Empfängerkontos.
pending-other = PayPal hat die Zahlung noch nicht abgeschlossen.

## Warum eine Zahlung scheiterte

declined-capture = PayPal hat die Zahlung nicht abgeschlossen. Es wurde nichts abgebucht. Bitte versuchen Sie es noch einmal oder wählen Sie einen anderen Zahlungsweg.
declined-payer = PayPal teilt mit, dass Sie mit diesem Konto nicht bezahlen können. Bitte verwenden Sie ein anderes oder wählen Sie einen anderen Zahlungsweg.
declined-account = Ihr PayPal-Konto ist eingeschränkt oder geschlossen. Bitte wenden Sie sich an PayPal oder wählen Sie einen anderen Zahlungsweg.
declined-limit = Der Betrag liegt über dem Limit Ihres PayPal-Kontos. Bitte wenden Sie sich an PayPal oder wählen Sie einen anderen Zahlungsweg.
declined-attempts = Es gab zu viele Zahlungsversuche. Bitte wählen Sie einen anderen Zahlungsweg.
declined-domestic = PayPal nimmt diese Zahlung nur von Konten im Land des Empfängers an. Bitte wählen Sie einen anderen Zahlungsweg.
declined-other = PayPal hat die Zahlung ohne nähere Angabe abgelehnt. Bitte wählen Sie einen anderen Zahlungsweg.

## Erstattungen

refund-pending = PayPal bearbeitet die Erstattung noch.
refund-pending-echeck = Die Erstattung geht auf das Bankkonto des Zahlers. Das dauert mehrere Bankarbeitstage.
refund-failed = PayPal konnte die Erstattung nicht abschließen.
refund-done-before = Diese Zahlung wurde bereits vollständig erstattet.
refund-too-late = Es ist zu spät: PayPal erstattet Zahlungen 180 Tage lang. Zahlen Sie dem Kunden auf anderem Weg zurück.
refund-too-much = Das ist mehr, als von der Zahlung übrig ist. Erstatten Sie einen kleineren Betrag.
refund-too-little = Dieser Betrag ist für eine Erstattung über PayPal zu klein.
refund-no-funds = Das PayPal-Konto hat nicht genug Guthaben für diese Erstattung. Laden Sie es auf und erstatten Sie dann noch einmal.
refund-whole-only = PayPal erstattet diese Zahlung nur vollständig.
refund-too-many = PayPal nimmt für diese Zahlung keine weiteren Erstattungen an.
refund-not-yet = Die Zahlung ist bei PayPal noch offen. Erstatten Sie sie, sobald sie abgeschlossen ist.
refund-disputed = Zu dieser Zahlung gibt es einen offenen Fall. Beantworten Sie ihn unter „Konfliktlösungen“ bei PayPal.
refund-own-account = Ihr PayPal-Konto ist eingeschränkt. Melden Sie sich bei PayPal an, um den Grund zu sehen.
refund-payer-account = Das PayPal-Konto des Zahlers ist geschlossen oder gesperrt. Zahlen Sie dem Kunden auf anderem Weg zurück.
refund-currency = Eine Erstattung muss in der Währung der Zahlung sein.
refund-not-allowed = PayPal erstattet diese Zahlung nicht.

## Konflikte

dispute-not-received = Der Zahler gibt an, nichts erhalten zu haben.
dispute-not-as-described = Der Zahler gibt an, dass es nicht der Beschreibung entspricht.
dispute-unauthorised = Der Zahler gibt an, dass jemand anderes diese Zahlung gemacht hat.
dispute-credit = Der Zahler gibt an, dass eine Erstattung nie ankam.
dispute-duplicate = Der Zahler gibt an, dass doppelt bezahlt wurde.
dispute-amount = Der Zahler gibt an, dass der Betrag falsch ist.
dispute-paid-otherwise = Der Zahler gibt an, auf anderem Weg bezahlt zu haben.
dispute-recurring = Der Zahler gibt an, dass diese wiederkehrende Zahlung gekündigt wurde.
dispute-remittance = Der Zahler gibt an, dass es ein Problem mit der Überweisung des Geldes gibt.
dispute-other = Der Zahler fordert das Geld zurück. Den Grund nennt PayPal unter „Konfliktlösungen“.

## Konfiguration

group-account = PayPal-Konto
field-client-id = Client-ID
field-client-id-help = Aus Ihrer REST-App auf developer.paypal.com, Apps & Credentials: die Live-ID für echtes Geld, die Sandbox-ID zum Ausprobieren.
field-client-secret = Secret
field-client-secret-help = Von derselben App. Es wird verschlüsselt gespeichert und nie wieder angezeigt.
field-merchant = Händler-ID
field-merchant-help = 13 Buchstaben und Ziffern; bei PayPal unter Kontoeinstellungen, Unternehmensdaten. Zahlungen an ein anderes Konto werden Ihnen vorgelegt.
field-brand-name = Name auf der PayPal-Seite
field-brand-name-help = Freiwillig. Ohne ihn zeigt PayPal den Firmennamen des Kontos.
field-currencies = Währungen
field-currencies-help = Freiwillig, zum Beispiel EUR, USD. Sonst wird PayPal für jede Währung angeboten, die es annimmt, außer BRL, CNY und MYR, die nur für Konten im eigenen Land gelten.
field-webhook-id = Webhook-ID
field-webhook-id-help = Wird von „Webhook einrichten“ ausgefüllt. Ohne sie wird keinem Webhook geglaubt; Zahlungen werden durch Nachfragen bei PayPal gefunden.
field-test-api = API-Adresse
field-test-api-help = Zum Ausprobieren ohne Konto: ein Ersatz für PayPal auf diesem Rechner, zum Beispiel http://127.0.0.1:8421. Gilt nur im Testbetrieb.

host-api = Zahlungen anlegen, einziehen, prüfen und erstatten.
origin-pages = Kunden zum Bestätigen ihrer Zahlung zu PayPal schicken.

note-live = Echtes Geld: das Live-System von PayPal.
note-test = Testbetrieb: die Sandbox von PayPal. Es fließt kein echtes Geld.
note-loopback = Testbetrieb: ein Ersatz für PayPal unter { $address }. Es fließt kein echtes Geld.
note-currencies = Angeboten für { $currencies }.
note-connected = PayPal akzeptiert Client-ID und Secret. Zahlungen müssen beim Händler { $merchant } ankommen.
note-webhook = Der Webhook ist für { $url } eingerichtet.
note-webhook-part = Der Webhook ist eingerichtet, aber ohne { $count } der nötigen Ereignisse. Drücken Sie „Webhook einrichten“.
note-webhook-unknown = PayPal kennt diese Webhook-ID nicht. Drücken Sie „Webhook einrichten“.
note-no-webhook = Es ist kein Webhook eingerichtet: Zahlungen werden durch Nachfragen bei PayPal gefunden, was länger dauert. Drücken Sie „Webhook einrichten“.

webhook-found = PayPal hatte diesen Webhook bereits.
webhook-completed = PayPal hatte diesen Webhook bereits; { $count } fehlende Ereignisse wurden ergänzt.
webhook-made = Der Webhook ist bei PayPal eingerichtet.

error-missing = Füllen Sie dieses Feld aus.
error-client-id = Eine Client-ID hat nur Buchstaben, Ziffern, „-“ und „_“. Kopieren Sie sie noch einmal von developer.paypal.com.
error-merchant = Eine Händler-ID hat 13 Zeichen: Großbuchstaben ohne I und O sowie die Ziffern 2 bis 9. Eine E-Mail-Adresse ist keine.
error-too-long = Kürzen Sie dies auf höchstens { $max } Zeichen.
error-one-line = Schreiben Sie dies in eine Zeile, ohne Tabulatoren und andere Steuerzeichen.
error-webhook-id = Eine Webhook-ID hat nur Buchstaben und Ziffern, höchstens 50. Leeren Sie dieses Feld und drücken Sie „Webhook einrichten“.
error-test-api = Schreiben Sie eine Adresse auf diesem Rechner ohne Pfad, zum Beispiel http://127.0.0.1:8421, oder lassen Sie das Feld leer.
error-currency = PayPal nimmt „{ $currency }“ nicht an. Schreiben Sie Codes wie EUR, durch Kommas getrennt.
error-currencies-none = Schreiben Sie mindestens einen Code wie EUR, oder lassen Sie das Feld leer.
