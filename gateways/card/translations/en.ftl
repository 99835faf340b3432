### Words of the card gateway. Every id of this file is in the other languages' files too, or falls back to this one.

summary = Takes card payments through Stripe, with 3-D Secure, stored cards, refunds and disputes. Card data never reaches this installation.
help = Pay by credit or debit card. It is booked at once.

## The page

pay-button = Pay { $amount }
save-label = Save this card for later payments
save-hint = You agree that we may charge this card for your later invoices, also when you are not here. Stripe keeps the card, and you can remove it at any time.
card-note = Your card data goes straight to Stripe, which takes the payment. We never see it.
unreachable = Stripe could not be reached. Check your connection and try again. You are never charged twice.
other-card = Or pay with another card
approve-title = Your bank wants you to approve this payment
approve-lead = We tried to charge { $card }, and your bank asks for your approval. Nothing has been charged yet.
approve-button = Approve { $amount }
authenticate-title = Approve the payment with your bank
authenticate-lead = Your bank wants to know that it is you who pays { $amount }. Follow what it asks; nothing is charged before you do.
continue-button = Continue
resend-lead = One moment: your payment is being prepared.

## Why a payment is not through, and what to do

decline-bank = Your bank did not approve this payment. Use another card, or ask your bank why.
decline-funds = This card’s balance or limit is too low. Use another card, or raise the limit at your bank.
decline-expired = This card has expired. Use another one.
decline-cvc = The security code is not right. Check the code on the card and try again.
decline-number = The card number is not right. Check it and try again.
decline-expiry = The expiry date is not right. Check it and try again.
decline-address = The address or postcode is not the one that your bank knows. Correct it and try again.
decline-authentication = Your bank could not confirm that it was you. Try again and follow what your bank asks, or use another card.
decline-not-supported = This card cannot be used for this payment. Use another card, or ask your bank.
decline-try-again = Your bank did not answer. Try again in a few minutes, or use another card.
decline-duplicate = A payment of the same amount was made with this card just now. See whether it went through before you try again.
decline-test-card = Test cards work in test mode only, and real cards outside it only. Use another card.
form-again = That took too long, or was sent twice. You have not been charged. Enter your card again.
saved-card-gone = This stored card is no longer there. Pay with another card.
cancelled-start-again = This payment was cancelled. Start a new one from the invoice.
nothing-left = This payment is complete. There is nothing left to pay.
nothing-taken = Nothing has been charged. You can try again.
paid-already = Your card has been charged. The payment is being booked; there is nothing more to do.
waiting-processing = Stripe is working on your payment. You need not do anything.
waiting-authentication = Your bank wants you to approve this payment. Open the payment page again to do so.

amount-none = There is nothing to pay by card.
amount-too-small = Cards take { $minimum } or more. Choose another way to pay.
amount-too-large = Cards take { $maximum } at most. Choose another way to pay.
amount-too-exact = Cards take amounts in steps of { $step } only. Choose another way to pay.
amount-below-minimum = This amount is too small to be paid by card. Choose another way to pay.
amount-above-maximum = This amount is too large to be paid by card. Choose another way to pay.

refund-pending = The refund is on its way.
refund-requires-action = The refund waits for the payer, whom Stripe has written to.
refund-failed = The refund did not go through.
disputed = The cardholder’s bank gave this reason, in Stripe’s word: { $reason }. The case is in Stripe’s dashboard.

## The configuration form

group-account = Stripe account
field-publishable-key = Publishable key
field-publishable-key-help = In Stripe’s dashboard under Developers, API keys. It begins with pk_live_, or pk_test_ in test mode.
field-secret-key = Secret key
field-secret-key-help = From the same page: sk_ or, with fewer rights, rk_. It is stored encrypted and never shown again.
field-merchant = Account id
field-merchant-help = It begins with acct_ and stands in Stripe’s dashboard under Settings, Account details. “Test connection” says when the key belongs to another account. Payments to any other account are held.

group-webhook = Webhook
field-webhook-secret = Signing secret
field-webhook-secret-help = It begins with whsec_. “Set up webhook” fills it in.
field-webhook-secret-next = Second signing secret
field-webhook-secret-next-help = While a secret is being replaced, both are believed. Empty it afterwards.
field-webhook-id = Id of the webhook at Stripe
field-webhook-id-help = “Set up webhook” fills it in.

group-options = Options
field-save-cards = Clients may save their card
field-save-cards-help = They are asked on the page and can remove it in the portal.
field-ask-fee = Ask for the fee
field-ask-fee-help = Asks Stripe for its fee when a webhook says that a payment went through. Webhooks take a little longer.
field-test-api = API address
field-test-api-help = Test mode only, to try it without an account: for example http://127.0.0.1:8422. Stripe.js comes from there, too.

host-api = Makes, checks and refunds payments.
origin-js = Stripe’s form for the card.
origin-hooks = The bank’s page for 3-D Secure.
origin-api = Stripe’s form sends the card to Stripe.

note-account = Stripe answered as { $account }.
note-charges-disabled = This account cannot take payments yet. Stripe’s dashboard says what is missing.
note-no-webhook = No webhook is set up. Payments are still found, but later: press “Set up webhook”.
note-test-api = Requests go to { $address }, not to Stripe.
note-webhook-made = The webhook was registered at Stripe, and its signing secret is stored.
note-webhook-found = The webhook was registered at Stripe already, and was kept.

## What can be wrong with a configuration

error-publishable-key-missing = Enter the publishable key.
error-publishable-key-is-secret = This is a secret key. It belongs into the field below; make a new one at Stripe, since this one was shown.
error-publishable-key = A publishable key begins with { $beginning } and has letters and digits only.
error-key-of-test = This is a key of test mode. Enter the live one.
error-key-of-live = This is a live key. In test mode enter a test key.
error-secret-key-missing = Enter the secret key.
error-secret-key-refused = Stripe does not accept this key. Copy it again, or make a new one.
error-secret-key-permission = This restricted key may not do all that is needed. Allow it to read the account and the balance, and to write customers, payment intents, payment methods, refunds and webhook endpoints.
error-merchant-missing = Enter the account id.
error-merchant = An account id begins with acct_ and has letters and digits only.
error-merchant-found = The key belongs to { $found }. Enter this id if that is the account to be paid.
error-merchant-other = The key belongs to { $found }. Enter this id, or the key of the other account.
error-webhook-secret-first = Enter the first signing secret, too.
error-test-api = Enter an address of this machine with a port, such as http://127.0.0.1:8422.
error-test-api-live = This is for test mode only. Empty it.
