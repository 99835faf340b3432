### Texte des Zahlungswegs Überweisung.

summary = Zeigt Kunden, was auf welches Konto zu überweisen ist, mit Referenz und Codes zum Scannen. Den Geldeingang verbucht das Personal.
help = Überweisen Sie von Ihrem Bankkonto. Sie erhalten die Angaben zum Kopieren und, wo Banking-Apps einen kennen, einen Code zum Scannen.

## Zahlungsseite

pay-lead = Führen Sie diese Überweisung in Ihrer Banking-App oder bei Ihrer Bank aus.
pay-details-title = Angaben zur Überweisung
pay-scan-title = Oder Code scannen
pay-next-title = Wie es weitergeht
pay-close = Sie können diese Seite schließen: Hier geschieht nichts weiter.

row-amount = Betrag
row-amount-left = Noch zu überweisen
row-holder = Kontoinhaber
row-iban = IBAN
row-bic = BIC (SWIFT-Code)
row-bank = Bank
row-reference = Referenz
row-address = Adresse des Kontoinhabers

code-epc = Mit Ihrer Banking-App scannen, um diese Überweisung in Euro auszufüllen (EPC-QR-Code).
code-swiss = Mit einer Schweizer Banking-App scannen, um diese Überweisung auszufüllen (Swiss QR Code).

note-reference-only = Geben Sie bei der Überweisung nur diese Referenz an, genau wie gezeigt. An ihr erkennen wir, welche Rechnung Sie bezahlen.
note-part-received = Wir haben { $received } von { $asked } erhalten. Der Betrag oben ist der Rest.
note-same-day = Eine Überweisung erreicht uns in der Regel am selben Bankarbeitstag.
note-one-day = Eine Überweisung dauert in der Regel einen Bankarbeitstag.
note-one-day-at-most = Eine Überweisung dauert in der Regel höchstens einen Bankarbeitstag.
note-days = Eine Überweisung dauert in der Regel { $days } Bankarbeitstage.
note-days-at-most = Eine Überweisung dauert in der Regel höchstens { $most } Bankarbeitstage.
note-days-between = Eine Überweisung dauert in der Regel { $least } bis { $most } Bankarbeitstage.
note-what-next = Sobald das Geld auf unserem Konto eingegangen ist, verbuchen wir es: Ihre Rechnung gilt dann als bezahlt, und wenn Sie Guthaben aufladen, steigt Ihr Guthaben.
nothing-left = Der gesamte Betrag dieser Zahlung ist bei uns eingegangen. Es ist nichts mehr zu überweisen.

## Konfiguration

group-accounts = Bankkonten
group-accounts-help = Ein Konto für jede Währung, die Sie annehmen. Nur für diese Währungen wird Kunden die Überweisung angeboten.

field-currency = Währung
field-holder = Kontoinhaber
field-holder-help = Wie bei der Bank geführt, höchstens 70 Zeichen. Banken gleichen den Namen mit dem Konto ab.
field-iban = IBAN
field-iban-help = Leer lassen, wenn das Konto keine hat, und stattdessen die inländischen Angaben ausfüllen.
field-bic = BIC (SWIFT-Code)
field-bic-help = Nötig für Euro außerhalb des Europäischen Wirtschaftsraums und für eine andere als die Landeswährung.
field-bank = Name der Bank
field-details = Inländische Angaben
field-details-help = Eine pro Zeile, mit einer Bezeichnung vor dem Doppelpunkt, zum Beispiel „Sort code: 20-00-00“. Kunden sehen sie so, wie Sie sie schreiben. Höchstens 10 Zeilen.
field-codes = Codes zum Scannen
field-codes-help = Der EPC-Code ist für Eurokonten in den SEPA-Ländern, der Schweizer Code für Konten in der Schweiz und in Liechtenstein.
choice-codes-automatic = Jeder Code, der zum Konto passt
choice-codes-epc = Nur EPC-Code
choice-codes-swiss = Nur Schweizer Code
choice-codes-none = Kein Code
field-street = Straße des Kontoinhabers
field-street-help = Der Schweizer Code braucht Postleitzahl, Ort und Land des Inhabers. Eine angegebene Adresse sehen auch die Kunden.
field-house-number = Hausnummer
field-postcode = Postleitzahl
field-town = Ort
field-country = Land
field-country-help = Zwei Großbuchstaben, zum Beispiel CH.

group-terms = Was Kunden erfahren
field-days-least = Dauer einer Überweisung in Bankarbeitstagen, mindestens
field-days-least-help = Vom Auftrag des Kunden bis zu Ihrer Verbuchung. 0 ist derselbe Tag.
field-days-most = Dauer einer Überweisung in Bankarbeitstagen, höchstens
field-note = Hinweis für Kunden
field-note-help = Freiwillig; steht unter den Angaben zur Überweisung und auf der Rechnung.

note-account-iban = { $currency }: { $iban }. Kein Code zum Scannen.
note-account-epc = { $currency }: { $iban }. Kunden können einen EPC-Code scannen.
note-account-swiss = { $currency }: { $iban }. Kunden können einen Schweizer Code scannen.
note-account-domestic = { $currency }: inländische Angaben, Zeilen: { $lines }. Kein Code zum Scannen.
note-account-both = { $currency }: { $iban }. Kunden können einen EPC-Code oder einen Schweizer Code scannen.

## Fehler in der Konfiguration

error-accounts-none = Fügen Sie mindestens ein Bankkonto hinzu.
error-accounts-many = Behalten Sie höchstens { $max } Konten.
error-currency-missing = Wählen Sie die Währung des Kontos.
error-currency-unknown = Wählen Sie eine Währung aus der Liste.
error-currency-twice = Weiter oben gibt es schon ein Konto für { $currency }. Behalten Sie ein Konto je Währung.
error-holder-missing = Geben Sie den Namen des Kontoinhabers ein.
error-holder-bytes = Dieser Name ist zu lang für den EPC-Code. Kürzen Sie ihn, oder zeigen Sie keinen EPC-Code.
error-one-line = Schreiben Sie dies in eine Zeile, ohne Tabulatoren oder andere Steuerzeichen.
error-too-long = Kürzen Sie dies auf höchstens { $max } Zeichen.
error-iban-or-details = Geben Sie die IBAN ein oder, wenn das Konto keine hat, die inländischen Angaben.
error-iban-character = Eine IBAN besteht nur aus Buchstaben und Ziffern. Entfernen Sie „{ $character }“.
error-iban-beginning = Eine IBAN beginnt mit zwei Buchstaben für das Land und zwei Ziffern, zum Beispiel DE89.
error-iban-country = { $country } ist kein Land mit IBANs. Prüfen Sie die ersten zwei Buchstaben, oder füllen Sie stattdessen die inländischen Angaben aus.
error-iban-length = Eine IBAN aus { $country } hat { $expected } Zeichen, diese hat { $found }. Vergleichen Sie sie mit den Unterlagen Ihrer Bank.
error-iban-structure = So ist eine IBAN aus { $country } nicht aufgebaut: Ein Buchstabe steht an der Stelle einer Ziffer oder umgekehrt.
error-iban-check-digits = Die Prüfziffern passen nicht: Ein Zeichen ist falsch, oder zwei sind vertauscht. Vergleichen Sie die IBAN mit den Unterlagen Ihrer Bank.
error-bic-character = Ein BIC besteht nur aus Buchstaben und Ziffern. Entfernen Sie „{ $character }“.
error-bic-length = Ein BIC hat 8 oder 11 Zeichen, dieser hat { $found }.
error-bic-country = Das fünfte und sechste Zeichen eines BIC sind Buchstaben für das Land, zum Beispiel DE in COBADEFF.
error-bic-missing = Geben Sie den BIC ein: Wer { $currency } auf ein Konto in { $country } überweist, braucht ihn.
error-bic-elsewhere = Dieser BIC gehört zu einer Bank in { $bic-country }, die IBAN aber zu { $iban-country }. Korrigieren Sie eines von beiden.
error-details-label = Zeile { $line } hat keine Bezeichnung. Schreiben Sie sie vor einen Doppelpunkt, zum Beispiel „Sort code: 20-00-00“.
error-details-value = In Zeile { $line } steht nichts nach dem Doppelpunkt.
error-details-long = Zeile { $line } ist zu lang: Eine Bezeichnung hat höchstens { $label } Zeichen, die Angabe danach höchstens { $value }.
error-details-many = Schreiben Sie höchstens { $max } Zeilen.
error-codes-unknown = Wählen Sie einen Eintrag der Liste.
error-codes-epc = Der EPC-Code ist für Eurokonten mit einer gewöhnlichen IBAN eines SEPA-Landes. Wählen Sie einen anderen Code oder keinen.
error-codes-swiss = Der Schweizer Code ist für Konten in Franken oder Euro mit einer IBAN der Schweiz oder Liechtensteins. Wählen Sie einen anderen Code oder keinen.
error-swiss-missing = Der Schweizer Code braucht diese Angabe. Ergänzen Sie sie, oder zeigen Sie den Schweizer Code nicht.
error-swiss-character = Der Schweizer Code kann „{ $character }“ nicht enthalten. Verwenden Sie lateinische Buchstaben, oder zeigen Sie den Schweizer Code nicht.
error-address-long = Diese Adresse ist zu lang für eine Zeile. Kürzen Sie sie.
error-country = Schreiben Sie das Land als zwei Großbuchstaben, zum Beispiel CH.
error-days = Geben Sie eine ganze Zahl von 0 bis { $max } ein.
error-days-order = Das ist weniger als die Mindestdauer. Geben Sie dieselbe oder eine höhere Zahl ein.
error-note-long = Kürzen Sie den Hinweis: Er darf { $max } Bytes haben, das sind fast so viele lateinische Buchstaben.
