### Words of the PayPal gateway. Every id of this file is in the other languages' files too, or falls back to this one.

summary = Sends clients to PayPal to pay, and books what PayPal confirms.
help = Pay with your PayPal account: you are sent to PayPal and come back here.

## The pay-now page

page-cancelled = You came back from PayPal without paying. Nothing was taken from your account.
page-expired = The time to pay at PayPal has run out. Nothing was taken from your account, and you can start again.
page-button = Pay with PayPal
page-next = You are sent to PayPal to sign in and confirm. After that you come back here.

wait-approval = PayPal is waiting for you to confirm the payment.
wait-paypal = PayPal is completing the payment. Come back in a moment, or reload the invoice.
wait-closed = This payment is closed, and nothing more is taken for it. Open the invoice to see what is left to pay.
nothing-left = PayPal has been paid for this payment already. There is nothing left to do.

amount-currency = PayPal does not take { $currency }. Please choose another way to pay.
amount-decimals = PayPal takes { $currency } in whole units only, and this amount has decimals. Please choose another way to pay.

## Why a payment waits

pending-buyer-complaint = PayPal holds the payment, because a case was opened about it.
pending-chargeback = The payment was taken back by the bank or card company behind it.
pending-echeck = You pay by bank through PayPal. That takes three to six working days.
pending-international-withdrawal = PayPal waits for the recipient to accept this payment.
pending-review = PayPal is reviewing the payment. That usually takes less than 24 hours.
pending-manual-action = PayPal waits for the recipient to accept this payment.
pending-refunded = PayPal has sent the money back.
pending-awaiting-funding = PayPal waits for the money that you sent to it.
pending-unilateral = PayPal waits for the recipient to confirm the account that is paid.
pending-verification = PayPal waits for the recipient’s account to be verified.
pending-other = PayPal has not completed the payment yet.

## Why a payment failed

declined-capture = PayPal did not complete the payment. Nothing was taken. Please try again, or choose another way to pay.
declined-payer = PayPal says that you cannot pay with this account. Please use another one, or choose another way to pay.
declined-account = Your PayPal account is limited or closed. Please contact PayPal, or choose another way to pay.
declined-limit = The amount is above the limit of your PayPal account. Please contact PayPal, or choose another way to pay.
declined-attempts = There were too many tries to pay. Please choose another way to pay.
declined-domestic = PayPal takes this payment only from accounts of the recipient’s country. Please choose another way to pay.
declined-other = PayPal refused the payment and did not say more. Please choose another way to pay.

## Refunds

refund-pending = PayPal is still working on the refund.
refund-pending-echeck = The refund goes to the payer’s bank account. That takes several working days.
refund-failed = PayPal could not complete the refund.
refund-done-before = This payment has been refunded in full before.
refund-too-late = It is too late: PayPal refunds payments for 180 days. Pay the client back in another way.
refund-too-much = This is more than what is left of the payment. Refund a lower amount.
refund-too-little = This amount is too low for PayPal to refund.
refund-no-funds = The PayPal account has not enough money for this refund. Add money to it, then refund again.
refund-whole-only = PayPal refunds this payment only in full.
refund-too-many = PayPal takes no more refunds for this payment.
refund-not-yet = The payment is still pending at PayPal. Refund it once it is completed.
refund-disputed = There is an open case about this payment. Answer it at PayPal’s Resolution Center.
refund-own-account = Your PayPal account is limited. Sign in to PayPal to see why.
refund-payer-account = The payer’s PayPal account is closed or locked. Pay the client back in another way.
refund-currency = A refund must be in the currency of the payment.
refund-not-allowed = PayPal does not refund this payment.

## Disputes

dispute-not-received = The payer says that nothing was received.
dispute-not-as-described = The payer says that it was not as described.
dispute-unauthorised = The payer says that somebody else made this payment.
dispute-credit = The payer says that a refund never came.
dispute-duplicate = The payer says that this was paid twice.
dispute-amount = The payer says that the amount is wrong.
dispute-paid-otherwise = The payer says that this was paid in another way.
dispute-recurring = The payer says that this recurring payment was cancelled.
dispute-remittance = The payer says that there is a problem with the transfer of the money.
dispute-other = The payer asks for the money back. PayPal’s Resolution Center says why.

## The configuration form

group-account = PayPal account
field-client-id = Client ID
field-client-id-help = From your REST app at developer.paypal.com, Apps & Credentials: the live one for real money, the sandbox one for trials.
field-client-secret = Secret
field-client-secret-help = Of the same app. It is stored encrypted and never shown again.
field-merchant = Merchant ID
field-merchant-help = 13 letters and digits; at PayPal under Account Settings, Business information. Payments to another account are held for you to look at.
field-brand-name = Name on PayPal’s page
field-brand-name-help = Optional. Without it, PayPal shows the business name of the account.
field-currencies = Currencies
field-currencies-help = Optional, for example EUR, USD. Without it, clients are offered every currency that PayPal takes but BRL, CNY and MYR, which are for accounts of their own countries.
field-webhook-id = Webhook ID
field-webhook-id-help = Filled in by “Set up webhook”. Without it no webhook is believed, and payments are found by asking PayPal.
field-test-api = API address
field-test-api-help = For trials without an account: a stand-in for PayPal on this machine, for example http://127.0.0.1:8421. Used in test mode only.

host-api = Make, capture, check and refund payments.
origin-pages = Send clients to PayPal to confirm their payment.

note-live = Real money: PayPal’s live system.
note-test = Test mode: PayPal’s sandbox. No real money moves.
note-loopback = Test mode: a stand-in for PayPal at { $address }. No real money moves.
note-currencies = Offered for { $currencies }.
note-connected = PayPal accepts the client ID and the secret. Payments must arrive at the merchant { $merchant }.
note-webhook = The webhook is registered for { $url }.
note-webhook-part = The webhook is registered, but { $count } of the events that are needed are not. Press “Set up webhook”.
note-webhook-unknown = PayPal does not know this webhook ID. Press “Set up webhook”.
note-no-webhook = No webhook is set up: payments are found by asking PayPal, which takes longer. Press “Set up webhook”.

webhook-found = PayPal had this webhook already.
webhook-completed = PayPal had this webhook already; { $count } missing events were added.
webhook-made = The webhook is registered at PayPal.

error-missing = Fill this in.
error-client-id = A client ID has letters, digits, “-” and “_” only. Copy it from developer.paypal.com again.
error-merchant = A merchant ID has 13 characters: capital letters without I and O, and the digits 2 to 9. An e-mail address is none.
error-too-long = Shorten this to { $max } characters or fewer.
error-one-line = Write this on one line, without tabs or other control characters.
error-webhook-id = A webhook ID has letters and digits only, at most 50. Empty this field and press “Set up webhook”.
error-test-api = Write an address on this machine without a path, for example http://127.0.0.1:8421, or leave it empty.
error-currency = PayPal does not take “{ $currency }”. Write codes such as EUR, separated by commas.
error-currencies-none = Write at least one code such as EUR, or leave this empty.
