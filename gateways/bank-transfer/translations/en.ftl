### Words of the bank transfer gateway. Every id of this file is in the other languages' files too, or falls back to this one.

summary = Shows clients what to transfer and to which account, with a reference and codes to scan. Staff record the money when it arrives.
help = Transfer from your bank account. You get the details to copy, and a code to scan where banking apps know one.

## The pay-now page

pay-lead = Make this transfer in your banking app or at your bank.
pay-details-title = Transfer details
pay-scan-title = Or scan a code
pay-next-title = What happens next
pay-close = You can close this page: nothing more happens here.

row-amount = Amount
row-amount-left = Amount left to transfer
row-holder = Account holder
row-iban = IBAN
row-bic = BIC (SWIFT code)
row-bank = Bank
row-reference = Reference
row-address = Account holder’s address

code-epc = Scan with your banking app to fill in this transfer in euros (EPC QR code).
code-swiss = Scan with a Swiss banking app to fill in this transfer (Swiss QR code).

note-reference-only = Write only this reference on the transfer, exactly as shown. It tells us which invoice you are paying.
note-part-received = We have received { $received } of { $asked }. The amount above is what is left.
note-same-day = A transfer usually reaches us on the same working day.
note-one-day = A transfer usually takes one working day.
note-one-day-at-most = A transfer usually takes one working day at most.
note-days = A transfer usually takes { $days } working days.
note-days-at-most = A transfer usually takes { $most } working days at most.
note-days-between = A transfer usually takes { $least } to { $most } working days.
note-what-next = When the money has reached our account, we book it: your invoice is marked paid, and if you are adding funds, your Available Credit rises.
nothing-left = The whole amount of this payment has reached us. There is nothing left to transfer.

## The configuration form

group-accounts = Bank accounts
group-accounts-help = One account for each currency that you take. Clients are offered bank transfer for these currencies only.

field-currency = Currency
field-holder = Account holder
field-holder-help = As the bank knows it, at most 70 characters. Banks compare it with the account.
field-iban = IBAN
field-iban-help = Leave it empty where the account has none, and fill in the domestic details instead.
field-bic = BIC (SWIFT code)
field-bic-help = Needed for euros outside the European Economic Area, and for a currency that is not the country’s own.
field-bank = Name of the bank
field-details = Domestic details
field-details-help = One a line, with a label before a colon, for example “Sort code: 20-00-00”. Clients see them as you write them. At most 10 lines.
field-codes = Codes to scan
field-codes-help = The EPC code is for euro accounts in the SEPA countries, the Swiss code for accounts in Switzerland and Liechtenstein.
choice-codes-automatic = Every code that fits the account
choice-codes-epc = EPC code only
choice-codes-swiss = Swiss code only
choice-codes-none = No code
field-street = Account holder’s street
field-street-help = The Swiss code needs the postcode, town and country of the holder. Where an address is given, clients see it.
field-house-number = House number
field-postcode = Postcode
field-town = Town
field-country = Country
field-country-help = Two capital letters, for example CH.

group-terms = What clients are told
field-days-least = Working days that a transfer takes, at least
field-days-least-help = From the client’s order until you have booked it. 0 is the same day.
field-days-most = Working days that a transfer takes, at most
field-note = Note for clients
field-note-help = Optional; shown under the transfer details and printed on the invoice.

note-account-iban = { $currency }: { $iban }. No code to scan.
note-account-epc = { $currency }: { $iban }. Clients can scan an EPC code.
note-account-swiss = { $currency }: { $iban }. Clients can scan a Swiss code.
note-account-domestic = { $currency }: domestic details in { $lines } lines. No code to scan.
note-account-both = { $currency }: { $iban }. Clients can scan an EPC code or a Swiss code.

## What can be wrong with a configuration

error-accounts-none = Add at least one bank account.
error-accounts-many = Keep { $max } accounts at most.
error-currency-missing = Choose the currency of the account.
error-currency-unknown = Choose a currency of the list.
error-currency-twice = There is another account for { $currency } above. Keep one account for each currency.
error-holder-missing = Enter the account holder’s name.
error-holder-bytes = This name is too long for the EPC code. Shorten it, or show no EPC code.
error-one-line = Write this on one line, without tabs or other control characters.
error-too-long = Shorten this to { $max } characters or fewer.
error-iban-or-details = Enter the IBAN, or the domestic details where the account has none.
error-iban-character = An IBAN has letters and digits only. Remove “{ $character }”.
error-iban-beginning = An IBAN begins with two letters for the country and two digits, for example DE89.
error-iban-country = { $country } is not a country with IBANs. Check the first two letters, or fill in the domestic details instead.
error-iban-length = An IBAN of { $country } has { $expected } characters, and this one has { $found }. Compare it with your bank’s papers.
error-iban-structure = This is not how an IBAN of { $country } is built: there is a letter where a digit belongs, or a digit where a letter belongs.
error-iban-check-digits = The check digits do not fit: a character is wrong or two are swapped. Compare the IBAN with your bank’s papers.
error-bic-character = A BIC has letters and digits only. Remove “{ $character }”.
error-bic-length = A BIC has 8 or 11 characters, and this one has { $found }.
error-bic-country = The fifth and sixth characters of a BIC are letters for the country, for example DE in COBADEFF.
error-bic-missing = Enter the BIC: payers in { $currency } need it for an account in { $country }.
error-bic-elsewhere = This BIC is of a bank in { $bic-country }, but the IBAN is of { $iban-country }. Correct one of them.
error-details-label = Line { $line } has no label. Write it before a colon, for example “Sort code: 20-00-00”.
error-details-value = Line { $line } has nothing after its colon.
error-details-long = Line { $line } is too long: a label has at most { $label } characters, what follows it at most { $value }.
error-details-many = Write at most { $max } lines.
error-codes-unknown = Choose one of the list.
error-codes-epc = The EPC code is for euro accounts with an ordinary IBAN of a SEPA country. Choose another code or none.
error-codes-swiss = The Swiss code is for accounts in francs or euros with an IBAN of Switzerland or Liechtenstein. Choose another code or none.
error-swiss-missing = The Swiss code needs this. Fill it in, or choose not to show the Swiss code.
error-swiss-character = The Swiss code cannot hold “{ $character }”. Use Latin letters, or choose not to show the Swiss code.
error-address-long = This address is too long to be shown on one line. Shorten it.
error-country = Write the country as its two capital letters, for example CH.
error-days = Enter a whole number from 0 to { $max }.
error-days-order = This is less than the fewest days. Enter the same number or a higher one.
error-note-long = Shorten the note: it may have { $max } bytes, which is as many English letters or a third as many Japanese characters.
