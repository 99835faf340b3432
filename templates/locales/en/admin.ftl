### The back office.

admin-back-office = Back office
admin-nav-dashboard = Overview
admin-nav-gateways = Gateways
admin-nav-invoices = Invoices
admin-nav-payments = Payments
admin-nav-webhooks = Webhooks
admin-nav-attention = Needs attention
admin-nav-clients = Clients
admin-nav-mail = Mail
admin-nav-audit = Audit log
admin-login-title = Log in to the back office
admin-forgot-no-mail = No mail is sent from here. Ask whoever runs the server for a new password.

admin-client = Client
admin-when = When
admin-never = Never
admin-received = Received
admin-actions = Actions
admin-optional = (optional)
admin-cancel = Cancel
admin-save = Save
admin-choose = Choose…

## Overview

admin-dashboard-title = Overview
admin-dashboard-open = Newest unpaid invoices
admin-dashboard-open-none = No invoice is unpaid.
admin-dashboard-all = All unpaid invoices
admin-tile-held = Claims held
admin-tile-stuck = Events waiting
admin-tile-broken = Broken plugins
admin-tile-enabled = Switched on

## Mail

admin-mail-title = Mail
admin-mail-hint = Mails that could not be sent. Each is tried for a day, later and later; what was given up stays here for 30 days.
admin-mail-off = No mail server is configured, so no mail is sent. Set one under [mail] in the configuration.
admin-mail-caption = Mails that could not be sent, newest first
admin-mail-to = To
admin-mail-about = About
admin-mail-reason = Reason
admin-mail-next = Tried again on { $when }
admin-mail-given-up = Given up after { $tries ->
    [one] one try
   *[other] { $tries } tries
}
admin-mail-kind-reset-asked = A link for a new password
admin-mail-kind-password-changed = The password was changed
admin-mail-empty = Every mail was sent.

## What needs attention

admin-attention-title = Needs attention
admin-attention-none = Nothing needs your attention.
admin-attention-held = { $count ->
    [one] A claim could not be booked by itself
   *[other] { $count } claims could not be booked by themselves
}
admin-attention-stuck = { $count ->
    [one] An event waits for its module
   *[other] { $count } events wait for their modules
}
admin-attention-broken = { $file } does not load
admin-attention-no-gateway = No gateway is on
admin-attention-no-gateway-text = Clients cannot pay. Set one up and switch it on.
admin-attention-pages = Clients cannot pay with { $gateways }
admin-attention-pages-text = Its page runs scripts, and this server has no second address to draw it on. Set server.pages-url in the configuration and restart.
admin-held-title = Claims that were not booked
admin-held-hint = What a gateway said did not fit what was expected, so nothing was booked. Compare both sides with the provider's own record.
admin-held-none = No claim waits for a decision.
admin-held-open = Compare and decide
admin-held-page-title = Held claim { $number }
admin-held-due = { $amount } due
admin-held-names = Names the payment as
admin-held-fee = Provider's fee
admin-sides-title = Both sides
admin-sides-hint = The left side is what holds now: settings that were mended since show as mended. The claim was held once, and is booked only by a decision here, however often it comes again.
admin-sides-what = What
admin-side-amount = Amount
admin-side-currency = Currency
admin-side-environment = Environment
admin-side-merchant = Merchant account
admin-side-live = Live: real money
admin-side-test = Test
admin-side-nothing = Nothing in particular
admin-side-unsaid = Not said
admin-side-differs = Differs
admin-decide-title = Decide
admin-decide-not-yours = Your role does not include deciding about claims.
admin-decide-hint = Look the transaction up at the provider first. A decision is made once and stays.
admin-decide-credit = Accept as credit
admin-decide-credit-own = { $amount } becomes Available Credit of { $client }.
admin-decide-credit-any = { $amount } becomes Available Credit of the client whom you name.
admin-decide-credit-button = Accept as credit…
admin-decide-fee = The provider's fee of { $fee } is recorded.
admin-decide-email = Client's e-mail address
admin-decide-invoice = Match to an invoice
admin-decide-invoice-text = { $amount } goes towards what is due on the invoice, like an ordinary payment. What is left becomes Available Credit of that invoice's client.
admin-decide-invoice-button = Match to this invoice…
admin-decide-refund = Send back to the payer
admin-decide-refund-text = { $gateway } is asked to send { $amount } back the way it came. It becomes nobody's credit and pays no invoice.
admin-decide-refund-reason = Reason for sending it back
admin-decide-refund-button = Send back…
admin-decide-dismiss = Dismiss
admin-decide-dismiss-text = Nothing is booked, now or when the claim comes again. If its payment still waits for the provider's “paid”, it ends and the client may pay again.
admin-decide-reason = Reason
admin-decide-dismiss-button = Dismiss, book nothing
admin-held-refusal-not-paid = This claim does not say that money came, so there is none to book.
admin-held-refusal-environment = Test money cannot be booked as real, nor real money as test.
admin-held-refusal-not-positive = The amount is not above zero, so there is nothing to book.
admin-held-refusal-no-payment = No payment fits this claim, so its provider cannot be asked from here. Send the money back where it is, at your bank or provider, and dismiss the claim.
admin-held-refusal-gateway = This gateway cannot send money back. Do it where the money is, at your bank or provider, and dismiss the claim.
admin-held-refusal-merchant = The money is at another merchant account than the one that is configured. Mend the setting if it is wrong; else send the money back there, and dismiss the claim.
admin-held-only-dismiss = It can only be dismissed.
admin-confirm-title-book = Book this?
admin-confirm-title-payer = Send this back?
admin-confirm-back = Back to both sides
admin-confirm-what-book = What is booked
admin-confirm-what-payer = What will happen
admin-confirm-invoice-paid = { $amount } goes towards invoice { $invoice } of { $client }, which is paid with it.
admin-confirm-invoice-part = { $amount } goes towards invoice { $invoice } of { $client }. The rest of it stays due.
admin-confirm-credit = { $amount } becomes Available Credit of { $client } ({ $email }).
admin-confirm-beside = It is written beside invoice { $invoice }.
admin-confirm-fee = { $fee } is recorded as the provider's fee.
admin-confirm-ends = The payment that was asked for ends unpaid. The client may pay again.
admin-confirm-payer = { $amount } goes back to { $client }: { $gateway } is asked to send it the way it came, which can take some days.
admin-confirm-payer-fails = Should the provider refuse, the claim waits here again, and you decide otherwise.
admin-confirm-once-payer = This is asked for once and cannot be called back.
admin-confirm-button-payer = Send it back
admin-confirm-once-book = This is booked once and cannot be undone here.
admin-confirm-button-book = Book it
admin-error-no-client = No client has this e-mail address.
admin-error-client-no-invoice = This client has no invoice yet, and every booking stands beside one. Make an invoice for the client first.
admin-error-match-number = Enter the number of the invoice, such as INV-000042.
admin-error-match-currency = This invoice is in { $currency }. Match the claim to an invoice in its own currency, or accept it as credit.
admin-error-reason = Enter why nothing is booked, in at most 500 characters.
admin-error-decision-changed = Something changed since this was shown. Look at it again: this would be booked now.
flash-admin-held-credit = { $value } is booked as Available Credit.
flash-admin-held-invoice = { $value } is booked for the invoice.
flash-admin-held-dismissed = The claim is dismissed. Nothing was booked.
flash-admin-held-refund-failed = { $value } did not go back, and nothing of it stays booked. The claim waits here again, with the provider's reason.
flash-admin-held-before = { $value } decided about this claim before. Nothing was booked again.
admin-decided-title = Decided claims
admin-decided-one = Decided
admin-decided-hint = What staff decided about claims that were held, newest first.
admin-decided-caption = Decided claims, newest first
admin-decided-empty = Nothing was decided yet.
admin-decided-who = Who
admin-decided-what = What
admin-decided-claim = Claim
admin-decided-by = Decided by { $name }
admin-decided-what-credit = { $amount } as credit of { $client }
admin-decided-what-invoice = { $amount } for invoice { $invoice }
admin-decided-what-refund = { $amount } back to the payer, beside invoice { $invoice }
admin-decided-what-dismiss = Dismissed, nothing booked
admin-held-came = What came
admin-held-came-text = { $gateway } says “{ $state }”: { $amount }
admin-held-said = What was said
admin-held-expected = What was expected
admin-held-transaction = Provider's transaction
admin-held-no-invoice = No invoice fits
admin-held-no-payment = No payment fits this claim
admin-held-currency = Another currency than the payment's
admin-held-amount = Another amount than the payment's
admin-held-environment = Test where live was expected, or the other way round
admin-held-merchant = Paid to another merchant account
admin-held-already-paid = The payment is closed, so this may be the same money again
admin-held-needs-decision = A refund or dispute that does not fit what is known of it
admin-held-refund-failed = Its refund did not go through
admin-held-not-positive = The amount is not above zero
claim-pending = under way
claim-authorized = reserved
claim-paid = paid
claim-failed = failed
claim-cancelled = cancelled
claim-refunded = refunded
claim-disputed = disputed
claim-dispute-won = dispute won
claim-dispute-lost = dispute lost
admin-stuck-title = Events that wait
admin-stuck-hint = A module could not be told yet. It is tried again by itself.
admin-stuck-none = No event waits.
admin-stuck-attempts = { $attempts ->
    [one] tried once
   *[other] tried { $attempts } times
}
admin-event-invoice-paid = An invoice was paid
admin-event-invoice-cancelled = An invoice was cancelled
admin-broken-title = Plugins that do not load
admin-broken-none = Every plugin loads.

## Gateways and modules

admin-gateways-title = Gateways and modules
admin-instances-title = Set up
admin-instances-hint = Clients choose among the gateways that are on, in this order.
admin-instances-caption = Gateways and modules that are set up, in their order
admin-instances-empty = Nothing is set up yet. Choose a plugin below.
admin-instance = Name for clients
admin-currencies = Currencies
admin-currencies-any = As the plugin says
admin-enabled = On
admin-disabled = Off
admin-enable = Switch on
admin-disable = Switch off
admin-configure = Configure
admin-move-up = Move { $name } up
admin-move-down = Move { $name } down
admin-kind-gateway = Gateway
admin-kind-module = Module
admin-plugins-title = Plugins
admin-plugins-hint = Every file of the plugins' directory.
admin-plugins-empty = The plugins' directory is empty. Put a component file there and restart.
admin-plugin-loaded = Loaded
admin-plugin-broken = Broken
admin-plugin-missing = Plugin missing
admin-plugin-setup = Set up
admin-plugin-another = Set up another
admin-plugin-error = This file does not load. Everything else works without it.
flash-admin-enabled = { $value } is on.
flash-admin-disabled = { $value } is off.
flash-admin-saved = The configuration of { $value } is saved.

## Configuration

admin-configure-see = Look at
admin-configure-not-yours = You see how it is configured; your role does not include changing it.
admin-configure-title = Configure { $name }
admin-label = Name for clients
admin-label-hint = Shown where clients choose. Empty for “{ $name }”.
admin-enabled-label = On: clients can use it
admin-entry = { $name } { $number }
admin-entry-add = Add: { $name }
admin-entry-remove = Remove { $name } { $number }
admin-entries-full = There is no room for more than { $max }.
admin-entries-last = Only the last one can be removed: secrets stay with their number.
admin-secret-hint = It is kept encrypted and never shown again.
admin-secret-set = Set. Leave this empty to keep it.
admin-secret-retype = Type it again: what was typed was not saved, and is never sent back.
admin-secret-remove = Remove { $name }
admin-hosts-title = Hosts it may call
admin-hosts-this-machine = This machine itself, for a simulated provider. Test mode only.
admin-hosts-hint = The plugin reaches no other host. What you switch on may be sent the payment's data and the secrets of this form.
admin-test = Test connection
admin-test-good = The plugin accepts these settings. They are not saved yet.
admin-error-required = Enter a value.
admin-error-too-long = Enter at most { $max } characters.
admin-error-not-a-choice = Choose one of the list.
admin-error-not-a-flag = Choose on or off.
admin-error-not-whole = Enter a whole number from { $min } to { $max }.
admin-error-not-a-currency = Enter an ISO 4217 currency code in capitals, such as EUR.
admin-error-too-many-entries = There is no room for more than { $max } entries.
admin-error-unknown = The plugin has no such field.
admin-error-not-a-secret = This field is no secret of the plugin.
admin-error-secret-short = Enter at least { $min } characters.
admin-error-secret-long = Enter at most { $max } bytes.
admin-error-secret-characters = Enter it without line breaks and without spaces around it.
admin-error-secret-untried = Save it first: the connection is tested with the secrets that are saved.
admin-error-secret = It could not be changed: { $reason }
admin-error-host = The plugin does not ask for the host { $host }.
admin-error-plugin = The plugin could not look at these settings: { $reason }
admin-error-label = { $label }: { $problem }
admin-error-entry = { $group } { $number }, { $label }: { $problem }

admin-webhook-setup = Set up webhook
admin-webhook-setup-hint = Registers { $url } at the provider, with the settings that are saved, so that a payment is booked the moment the provider knows of it. What is registered there already is kept and completed; pressed again, it registers nothing twice.
admin-webhook-setup-unreachable = A provider cannot post to { $url }. Set server.base-url to a public https address; in test mode an address of this machine itself will do for a simulated provider.
admin-webhook-setup-under-way = The webhook is being set up already. Look again in a moment.
admin-webhook-setup-failed = The webhook could not be set up: { $reason }. Press the button again once that is mended; nothing is registered twice.
admin-webhook-setup-done = The provider sends its webhooks to { $url } from now on.

## Invoices and payments

admin-invoices-caption = Invoices, newest first
admin-invoices-search = Invoice number
admin-invoices-search-button = Search
admin-invoices-filter = Show by status
admin-invoices-empty = No invoice fits.
admin-filter-all = All
admin-filter-unpaid = Unpaid
admin-filter-paid = Paid
admin-filter-cancelled = Cancelled
admin-error-no-invoice = No invoice has the number “{ $number }”.
admin-payments-title = Payments
admin-payments-caption = Payments, newest first
admin-payments-none = Nobody tried to pay this invoice yet.
admin-payments-empty = There are no payments yet.
admin-payment-id = Payment
admin-record-title = Record bank payment
admin-record-hint = As it stands on the bank statement. The same bank's id is booked only once.
admin-record-instance = Bank account
admin-record-amount = Amount
admin-record-currency = Currency
admin-record-date = Booking date
admin-record-bank-id = Bank's id
admin-record-bank-id-hint = The bank's own id of this booking.
admin-record-button = Record payment
admin-record-none = No gateway is set up that bank payments can be recorded for.
admin-charge-title = Charge a stored payment method
admin-charge-hint = The client agreed to have these stored, and to be charged for invoices with them. Their bank may want them to confirm: then nothing is taken until they do.
admin-charge-method = Payment method
admin-charge-button = Charge { $amount }
admin-charge-invitation = The client's bank wants the client to confirm. The client's invoice page says so. You can give the client this address; it needs their login:
admin-charge-last-under-way = a charge is under way, or its answer was lost. We ask the provider again by ourselves.
admin-charge-last-settled = charged.
admin-charge-last-asks-client = the client's bank wants the client to confirm.
admin-charge-last-waits = charged; the provider takes its time.
admin-charge-last-declined = declined.
admin-charge-last-not-sent = not sent; no money was taken.
admin-charge-last-lost = interrupted. The payment was looked up since; see what is known of it.
flash-admin-charge-paid = The payment method was charged.
flash-admin-charge-waits = The payment method was charged. The provider takes its time.
flash-admin-charge-asks-client = The client's bank wants the client to confirm. The client's invoice page says so.
flash-admin-charge-declined = The payment method was declined. No money was taken.
flash-admin-charge-not-sent = The gateway could not charge the payment method. No money was taken; the reason stands with the charge.
flash-admin-charge-unknown = It is not known yet whether the charge went through. We ask the provider again by ourselves.
flash-admin-charge-under-way = A payment of this invoice is still being checked. Nothing was charged.
flash-admin-charge-not-usable = This payment method cannot be used for this invoice now. Nothing was charged.
flash-admin-charge-nothing-due = Nothing is due on this invoice any more.
admin-error-instance = Choose the bank account that the money came to.
admin-error-currency = This invoice is in { $currency }. Enter { $currency }, or record the payment on an invoice in its own currency.
admin-error-date = Enter the booking date as year, month and day, such as 2026-11-22.
admin-error-date-future = The booking date lies too far ahead.
admin-error-bank-id = Enter the bank's id of the booking, at most 128 characters.
flash-admin-recorded = The payment of { $value } is recorded.
flash-admin-recorded-before = A booking with this bank's id was recorded before. Nothing was booked again.

## Refunds and disputes

admin-returns-title = Received, refunded, disputed
admin-returns-received = { $amount } received
admin-refund-open = Refund…
admin-refund-title = Refund a payment of { $number }
admin-refund-payment = The payment
admin-refund-most = Can be refunded
admin-refund-amount = Amount in { $currency }
admin-refund-amount-hint = All of it or a part, at most { $most }.
admin-refund-whole-hint = This gateway refunds a payment whole: { $most }.
admin-refund-reason = Reason
admin-refund-reason-hint = Kept with the refund. Some providers show it to the client.
admin-refund-will = What will happen
admin-refund-will-send = { $gateway } is asked to send the money back the way it came. That can take some days, and cannot be called back.
admin-refund-will-credit = Up to { $amount } is taken from the client's credit at once, so that it cannot be spent meanwhile.
admin-refund-will-sales = Up to { $amount } is booked against your sales and their tax. Credit is used up first.
admin-refund-will-stay = The invoice stays paid and says what was refunded. Should the refund fail, everything is put back.
admin-refund-confirm = Yes, send this money back
admin-refund-button = Refund
admin-refund-not-gateway = This gateway cannot send money back. Refund it where the money is, at your bank or provider.
admin-refund-not-left = There is nothing left to refund.
admin-refund-not-spent = The client has spent the credit that this payment became, so it cannot be refunded.
admin-refund-not-delivered = What was paid for is not delivered yet. It can be refunded once it is; see what needs attention.
admin-refund-not-whole = This gateway refunds a payment whole only, and a part of this one went back already.
admin-refund-held = Money of a claim that was never booked:
admin-refund-by = Asked for by { $staff }: { $reason }
admin-refund-by-provider = Made at the provider.
admin-refund-note = Last heard: { $note }
admin-refund-loss = { $amount } of it was spent by the client and is your loss.
admin-refund-asked = Begun
admin-refund-ended = Ended
refund-requested = Not sent yet
refund-pending = On its way
refund-unknown = Being checked
refund-done = Refunded
refund-failed = Refund failed
dispute-open = Disputed
dispute-won = Dispute won
dispute-lost = Dispute lost
admin-dispute-is-open = The provider holds the money until it is decided. Answer at the provider.
admin-dispute-won = { $amount } came back.
admin-dispute-lost = { $amount } is gone for good.
admin-dispute-loss = { $amount } of it was not covered by the client's credit and is your loss.
admin-dispute-kept = { $amount } of the client's credit is set aside for it.
admin-dispute-exposure = { $amount } is not covered by the client's credit.
admin-dispute-opened = Opened
admin-dispute-closed = Closed
admin-returns-open-title = Open disputes and refunds
admin-returns-invoice = To the invoice
admin-error-refund-confirm = Confirm that the money is to be sent back.
admin-error-refund-reason = Enter a reason of at most { $max } characters.
admin-error-refund-changed = Somebody else changed this payment or its invoice meanwhile. Look at it again, then send the form again.
admin-error-refund-whole = This gateway refunds the whole payment only: { $most }.
admin-error-refund-too-much = At most { $most } is left to refund.
admin-error-refund-spent = The client has spent the rest of the credit. At most { $most } can be refunded.
flash-admin-refund-done = { $value } is refunded.
flash-admin-refund-open = The refund of { $value } is begun. Its end is not known yet; the provider is asked again by itself.
flash-admin-refund-failed = The refund of { $value } failed, and everything is put back. The provider's reason stands below.
flash-admin-refund-before = This form was sent before. Nothing was refunded again.

## Webhooks

admin-webhooks-title = Webhooks
admin-webhooks-hint = What providers told this host by themselves, newest first.
admin-webhooks-caption = Webhooks, newest first
admin-webhooks-empty = No provider has sent a webhook yet.
admin-webhooks-refused = { $count ->
    [one] A webhook for { $gateway } was refused.
   *[other] { $count } webhooks for { $gateway } were refused.
}
admin-webhooks-refused-hint = They were not proven to be the provider's. If the provider says that it sent them, compare the webhook's secret in its configuration here with the provider's. Counted since the last start.
admin-webhook-title = Webhook
admin-webhook-what = What it is
admin-webhook-event = Event
admin-webhook-no-event = Not known
admin-webhook-reason = Reason
admin-webhook-claims = Claims about payments
admin-webhook-tries = Tried again
admin-webhook-next = Next try
admin-webhook-query = Query
admin-webhook-body = Body
admin-webhook-no-body = The body is empty.
admin-webhook-cut = Only the beginning is shown; { $bytes } bytes were sent.
admin-webhook-headers = Headers
admin-webhook-no-headers = There are no headers.
admin-webhook-hidden = Not shown
admin-webhook-process = Process again
admin-webhook-state-unproven = Not proven yet
admin-webhook-state-unsettled = Not settled yet
admin-webhook-state-done = Done
admin-webhook-state-malformed = Unreadable
admin-webhook-state-forged = Forged
admin-webhook-hint-unproven = The provider could not be asked yet whether it is its own.
admin-webhook-hint-unsettled = It is the provider's, and not all that it says is settled.
admin-webhook-hint-done = It is the provider's, and all that it says is settled.
admin-webhook-hint-malformed = It is the provider's, but the gateway cannot read it. Look the payment up at the provider.
admin-webhook-hint-forged = It is not the provider's, or the webhook's secret here is not the provider's. Nothing was booked.
flash-admin-webhook-done = The webhook is processed. What it said is settled.
flash-admin-webhook-known = The webhook is processed. It said nothing new.
flash-admin-webhook-forged = The webhook is not proven to be the provider's. Nothing was booked.
flash-admin-webhook-malformed = The gateway cannot read the webhook. Nothing was booked.
flash-admin-webhook-kept = The webhook cannot be proven or settled now. The reason is below.

## Clients

admin-clients-title = Clients
admin-clients-caption = Clients, newest first
admin-clients-empty = There are no clients yet.
admin-client-since = Since
admin-client-country = Country

## The audit log

admin-audit-title = Audit log
admin-audit-hint = Who changed what is trusted, or decided where money goes. Entries are never changed; “tollgate audit check” proves it.
admin-audit-caption = Entries of the audit log, newest first
admin-audit-empty = Nothing has been written down yet.
admin-audit-who = Who
admin-audit-what = What
admin-audit-details = Details
admin-audit-number = Number
admin-audit-by-staff = Staff
admin-audit-by-command = Command line
admin-audit-by-host = Tollgate itself
admin-audit-gateway-configured = Configured
admin-audit-gateway-enabled = Switched on
admin-audit-gateway-disabled = Switched off
admin-audit-gateway-moved = Moved
admin-audit-hosts-granted = Granted hosts to
admin-audit-hosts-revoked = Revoked hosts of
admin-audit-secret-set = Set a secret of
admin-audit-secret-removed = Removed a secret of
admin-audit-secrets-key-rotated = Renewed the key of all secrets
admin-audit-webhook-set-up = Set up the webhook of
admin-audit-bank-payment-recorded = Recorded a bank payment for invoice
admin-audit-refund-ordered = Ordered a refund of payment
admin-audit-claim-decided = Decided about held claim
admin-audit-card-charged = Charged a stored payment method by payment
admin-audit-publisher-trusted = Trusted the plugins of
admin-audit-publisher-distrusted = Trusts no more the plugins of
admin-audit-staff-added = Added staff
admin-audit-role-set = Changed the role of
admin-audit-client-added = Added client
admin-audit-staff-logged-in = Logged in
admin-audit-password-reset = Set a new password by a link, as
admin-audit-decision-credit = To a client's credit
admin-audit-decision-invoice = To an invoice
admin-audit-decision-refund = Back to the payer
admin-audit-decision-dismiss = Dismissed
admin-audit-detail-amount = Amount
admin-audit-detail-bank-id = Bank's id
admin-audit-detail-client = Client number
admin-audit-detail-decision = Decision
admin-audit-detail-hosts = Hosts
admin-audit-detail-invoice = Invoice id
admin-audit-detail-key = Public key
admin-audit-detail-method = Payment method number
admin-audit-detail-name = Name
admin-audit-detail-number = Number
admin-audit-detail-plugin = Plugin
admin-audit-detail-reason = Reason
admin-audit-detail-role = Role
admin-audit-detail-secret = Secret
admin-audit-detail-settings = Settings
admin-audit-detail-url = Address
