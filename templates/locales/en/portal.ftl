### The client's portal. One message for each sentence; money and dates arrive as text.

## On every page

skip-to-content = Skip to the content
main-menu = Main menu
menu = Menu
nav-billing = Billing
nav-security = Security
billing-tabs = Billing
tab-invoices = Invoices
tab-credit = Credit
tab-methods = Payment methods
available-credit = Available Credit
signed-in-as = Logged in as
log-out = Log out
footer-terms = Account credit terms
footer-support = Contact support
test-mode = Test mode: no real money moves here.
copy-button = Copy
copied = Copied
copy-failed = Copying did not work. Select the text and copy it by hand.
page-updated = This page was brought up to date.
page-changed = Something changed on this invoice.
page-changed-show = Show it
paging-label = Pages
paging-older = Older
paging-newest = Newest
flash-session-expired = Your login has expired. Log in again to go on.
flash-reset-asked = If the address is known here, a mail with a link is on its way. It can be used for 30 minutes.
flash-password-set = Your new password is set. Log in with it.
flash-logged-out = You are logged out.
flash-password-changed = Your password is changed. You are signed out everywhere else.
flash-second-step-over = That took too long, or you logged in again elsewhere. Log in again.
flash-second-step-tries = The code was wrong too often. Log in again with your password.
flash-second-step-on-already = Two-step sign-in is on already.
flash-second-step-off = Two-step sign-in is off. Your password alone lets you in.
flash-app-added = The authenticator app is set up. A code of it lets you in too.
flash-app-removed = The authenticator app was removed.
flash-passkey-added = The passkey was added. It lets you in too.
flash-passkey-removed = The passkey was removed.
flash-passkey-empty = Your browser created no passkey. Passkeys need JavaScript.
flash-passkey-refused = The passkey was not added: it is not the answer to what this portal asked. Try again.
flash-second-step-gone = Nothing was changed: it took too long, or it was begun anew elsewhere. Try again.
flash-session-ended = That browser is signed out.
flash-sessions-ended = You are signed out everywhere else.
flash-reloaded = We asked for the latest state of your payment.
flash-reload-nothing = There is nothing to ask about: no payment of this invoice is open.
flash-gateway-changed = The gateway of this invoice is now { $gateway }.
flash-credit-applied = { $amount } of your credit was used for this invoice.
flash-credit-applied-before = Your credit was already used by this form. Nothing was taken twice.
flash-payment-received = Thank you. Your payment has arrived.
flash-payment-noted = We have noted what your payment's provider told us.
flash-method-default = { $value } is your default payment method now.
flash-method-removed = { $value } is removed. It cannot be used any more.
flash-charge-declined = The payment did not go through. No money was taken. The reason stands below, and you can pay in another way.
flash-charge-unavailable = The gateway does not answer at the moment. Nothing was sent and no money was taken. Try again in a moment.
flash-charge-unknown = We do not know yet whether the payment went through. Please do not pay a second time: we ask again by ourselves.

## Log in

login-title = Log in
login-email = E-mail address
login-password = Password
login-submit = Log in
login-forgot = Forgot your password?

## The second step of a login

second-step-title = Second step
second-step-text = Your password is right. Now enter the code that your authenticator app shows.
second-step-text-passkey = Your password is right. Now prove that it is you.
second-step-text-recovery = Your password is right. Passkeys cannot be used here now: enter one of your recovery codes.
second-step-passkey = Use a passkey
second-step-or = or
second-step-recovery = Recovery code
second-step-recovery-hint = Lost your passkey? One of your recovery codes lets you in instead.
second-step-code = Code
second-step-code-hint = Lost the app? Enter one of your recovery codes instead.
second-step-submit = Log in
second-step-back = Log in as somebody else

## A forgotten password

forgot-title = Forgot your password?
forgot-text = Enter your e-mail address. If it is known here, a mail with a link to choose a new password is on its way.
forgot-submit = Send the link
forgot-back = Back to the login
forgot-no-mail = This portal sends no mail. Ask support for a new password.
forgot-support = Support
new-password-title = Choose a new password
new-password-code = Code
new-password-code-hint = The link of the mail fills it in. Else it is what stands behind the # at the end of that link.
new-password-password = New password
new-password-hint = At least 12 characters. A few words in a row are fine.
new-password-again = The same again
new-password-ends = Every device that is logged in now is logged out.
new-password-submit = Set the new password
new-password-ask-again = Ask for a new link

## Security: the own access, for clients and staff

security-title = Security
security-password-title = Change your password
security-password-current = Current password
security-password-new = New password
security-password-new-hint = At least 12 characters; a few words in a row are fine.
security-password-again = New password again
security-password-ends = You stay signed in here, and are signed out everywhere else.
security-password-button = Change password
second-title = Two-step sign-in
second-on = On
second-asks = After your password, logging in asks for one of these:
second-app = Authenticator app
second-added = Added on { $when }.
second-used = Last used on { $when }.
second-unused = Not used yet.
second-codes-left = { $number ->
    [0] You have no recovery codes left.
    [one] You have one recovery code left.
   *[other] You have { $number } recovery codes left.
}
second-codes-few = Make new ones before you need them.
second-off = With a second step, a stolen password is not enough to get in. Logging in then asks for a code of an authenticator app on your phone too, or for a passkey: your finger, your face or a PIN on a device of yours, or a security key.
second-none-here = Passkeys need a portal that is reached by a name over https. This one is not: see server.base-url in the configuration.
second-required = Everybody on staff needs two-step sign-in here. Set it up to go on.
second-password = Current password
second-change-hint = New recovery codes replace those that you have. Turning two-step sign-in off leaves your password alone between you and everybody else.
second-new-codes = New recovery codes
second-turn-off = Turn off
second-set-up = Set up an app
second-add-passkey = Add a passkey
passkey = Passkey
passkey-title = Add a passkey
passkey-text = Your browser asks you where to keep it: on this device, on your phone, or on a security key. From then on that device lets you in after your password, once you show it your finger, your face or a PIN. It works on this site alone, so no other site can trick you out of it.
passkey-name = Name
passkey-name-hint = So that you know it again: “My phone”, “Blue key”.
passkey-create = Create passkey
passkey-unsupported = This browser knows no passkeys. Use another one, or an authenticator app.
passkey-exists = This device keeps a passkey for you already. Use another device.
passkey-not-created = Nothing came of it: it was cancelled, it took too long, or the device does not know its owner by finger, face or PIN. Try again, or use another device.
passkey-not-used = Nothing came of it: it was cancelled, it took too long, or the device has no passkey for this site. Try again.
passkey-no-script = Passkeys need JavaScript. Switch it on and load this page again.
factor-title = Remove a second step
factor-remove-app = Remove the authenticator app?
factor-remove-passkey = Remove the passkey “{ $name }”?
factor-remove-last = It is your only one. Without it, two-step sign-in is off: your password alone lets you in, and your recovery codes are worth nothing.
factor-remove-more = Logging in no longer takes it. What else you have stays, and so do your recovery codes.
factor-remove-device = The device may go on to offer it. You can delete it there too.
factor-remove-button = Remove
factor-keep = Keep it
set-up-title = Set up two-step sign-in
set-up-app = Open an authenticator app on your phone. Any will do; if you have none, install one first.
set-up-scan = Add an account in it, and scan this code.
set-up-type = Enter the six digits that the app shows.
set-up-qr-label = Code for your authenticator app to scan
set-up-key-title = No camera?
set-up-key-hint = Type this key into the app instead:
set-up-code = Code that the app shows
set-up-submit = Turn on
set-up-cancel = Cancel
set-up-ends = You stay signed in here, and are signed out everywhere else.
codes-title = Your recovery codes
codes-first = Two-step sign-in is on. If you ever lose your device, one of these codes lets you in instead.
codes-again = These codes replace those that you had before. If you ever lose your device, one of them lets you in instead.
codes-keep = Keep them now: they are not shown again.
codes-once = Each can be used once. Keep them where a thief of your phone or password does not find them: on paper, or in a password manager.
codes-all = all recovery codes
codes-kept = I have kept them
codes-print = You can print this page, too.
security-sessions-title = Where you are signed in
security-sessions-hint = If you do not know one of these, sign it out and change your password.
security-sessions-caption = Browsers that you are signed in with, the latest seen first
security-sessions-browser = Browser
security-sessions-address = Address
security-sessions-created = Signed in
security-sessions-seen = Last seen
security-sessions-own = This one
security-sessions-unknown = Unknown browser
security-sessions-no-address = Unknown
security-sessions-end = Sign out
security-sessions-end-others = Sign out everywhere else
security-sessions-only = You are signed in nowhere else.

## Invoices

invoices-title = Invoices
invoices-caption = Your invoices, newest first
invoices-number = Invoice
invoices-date = Date
invoices-due-date = Due
invoices-status = Status
invoices-total = Total
invoices-amount-due = Amount due
invoices-add-funds = + Add Funds
invoices-empty = You have no invoices yet.
invoices-empty-hint = An invoice appears here when you add funds or order something.

status-unpaid = Unpaid
status-overdue = Overdue
status-part-paid = Part paid
status-paid = Paid
status-cancelled = Cancelled

## One invoice

invoice-title = Invoice { $number }
invoice-heading = Invoice
invoice-back = All invoices
invoice-is-unpaid = { $amount } is to be paid by { $due }.
invoice-is-overdue = { $amount } was to be paid by { $due }. If you have paid already, the payment has not reached us yet.
invoice-is-part-paid = { $settled } has arrived. { $amount } is still to be paid by { $due }.
invoice-is-paid = Paid in full. There is nothing left to do.
invoice-is-cancelled = This invoice was cancelled. There is nothing to pay.
invoice-amount-due = Amount due
invoice-due-by = Due { $due }
invoice-paid-on = Paid on { $paid }
invoice-gateway = Gateway
invoice-pay-now = Pay Now!
invoice-download = Download PDF
invoice-reload = Reload
invoice-choose-first = Choose a gateway below to pay this invoice.
invoice-no-choices = No gateway takes this currency at the moment. Contact support to pay this invoice.
invoice-change-gateway = Change gateway
invoice-choose-gateway = Choose a gateway
invoice-change-gateway-button = Use this gateway
invoice-apply-credit = Use Available Credit
invoice-credit-hint = You have { $credit }. Up to { $most } can be used for this invoice.
invoice-credit-amount = Amount to use
invoice-credit-apply = Use this amount
invoice-credit-apply-all = Use { $most }
invoice-payments = What we know about your payment
invoice-from = From
invoice-to = To
invoice-tax-id = Tax ID { $id }
invoice-lines-caption = What is billed
invoice-description = Description
invoice-net = Net
invoice-tax = Tax
invoice-rate = { $rate } %
invoice-amount = Amount
invoice-tax-at = Tax { $rate } % on { $net }
invoice-total = Total
invoice-paid-by = { $gateway }, { $date }
invoice-paid-by-credit = Available Credit, { $date }

payment-created = Started
payment-pending = Waiting
payment-authorized = Reserved
payment-paid = Received
payment-failed = Failed
payment-cancelled = Cancelled
payment-unknown = Being checked
payment-open-transfer = We have not received your transfer yet. Transfers between banks can take a few working days.
payment-open-created = You started this payment. We have not received it yet.
payment-open-pending = We have not received your payment yet.
payment-open-authorized = The amount is reserved. It counts as paid once it has been collected.
payment-open-unknown = We do not know yet whether this payment went through. We ask again by ourselves; please do not pay a second time.
payment-received-part = { $received } of { $amount } has arrived.
payment-paid-text = { $received } has arrived.
payment-failed-text = This payment did not go through. No money was taken.
payment-cancelled-text = This payment was cancelled.
return-refund-done = Refunded { $amount } on { $date }.
return-refund-open = A refund of { $amount } is on its way since { $date }.
return-dispute-open = Your bank or payment provider took { $amount } back on { $date }. It is not decided yet who keeps it.
return-dispute-won = A dispute over { $amount } was settled on { $date }: the payment stands.
return-dispute-lost = Your bank or payment provider took { $amount } back for good on { $date }.
payment-started = Started
payment-checked = Last checked
payment-not-checked = Not checked yet
payment-checked-by-us = We check our account for it.
payment-reference = Reference
payment-open-page = How to pay with { $gateway }

## Pay now

pay-title = Pay invoice { $number }
pay-back = Back to invoice { $number }
pay-amount = Amount to pay
pay-to-invoice = Show the invoice
pay-again = Try again
pay-redirect = Continue to pay
pay-redirect-text = You pay at { $host } and come back here afterwards.
pay-redirect-button = Continue to { $host }
pay-wait = Nothing to do for now
pay-wait-text = The invoice shows when the payment has arrived.
pay-declined = The payment did not go through
pay-declined-text = No money was taken. You can try again, or choose another gateway on the invoice.
pay-unavailable = This gateway does not answer at the moment
pay-unavailable-text = Nothing was sent and no money was taken. Try again in a moment, or choose another gateway on the invoice.
pay-unknown = We do not know yet whether this payment went through
pay-unknown-text = Please do not pay a second time. We ask the provider again by ourselves, and the invoice shows the answer.
pay-closed = Nothing is left to pay here
pay-closed-text = This payment is closed, or nothing is due on the invoice any more. The invoice shows what has arrived.
pay-confined-trouble = This way to pay could not be shown
pay-confined-trouble-text = Its page needs JavaScript, in a frame of its own. Switch JavaScript on and try again, or choose another gateway on the invoice.
pay-confined-other = Choose another gateway
pay-confined-title = { $gateway }: pay here
pay-confined-gone = This page was opened before
pay-confined-gone-text = For your safety it opens once only. Reload the page around it to go on.
pay-not-drawn = This way to pay is not available at the moment
pay-not-drawn-text = Nothing was sent and no money was taken. Choose another gateway on the invoice.

## Payment methods

methods-title = Payment methods
methods-lead = You agreed to have these stored. You can pay invoices with them, and remove them at any time.
methods-caption = Your stored payment methods, the default first
methods-method = Payment method
methods-state = State
methods-actions = Actions
methods-default = Default
methods-added = Stored on
methods-last-used = Last used on
methods-ready = Ready to use
methods-make-default = Make default
methods-remove = Remove
methods-consent = You agreed that we may charge your invoices to them, also when you are not here. Remove one if you do not want that any more.
methods-trouble-switched-off = Cannot be used now: its gateway is switched off. It stays stored.
methods-trouble-missing = Cannot be used now: its gateway is not available. It stays stored.
methods-trouble-other-mode = Cannot be used now: it was stored while this portal was in another mode.
methods-trouble-expired = Cannot be used any more. Pay once with the new one to store it.
methods-empty = You have no stored payment methods.
methods-empty-hint = Tick the box that says so when you pay an invoice by card, and the card is listed here for the next time.
methods-empty-never = No gateway stores payment methods at the moment.
method-expires = Expires { $month }
method-expired = Expired { $month }
method-remove-title = Remove { $method }?
method-remove-text = It cannot be used here from now on, and { $gateway } is asked to forget it. Payments that were made with it stay as they are.
method-remove-default = It is your default. Choose another one afterwards if you want one.
method-remove-button = Remove it
method-remove-keep = Keep it
charge-text = { $amount } will be charged to { $method }. Your bank may ask you to confirm it on the next page.
charge-button = Pay { $amount }
charge-other = Pay in another way
invoice-saved-title = Or pay with what you have stored
invoice-saved-pay = Pay with { $method }
invoice-invitation-title = Your bank wants you to confirm this payment
invoice-invitation-text = We tried to charge your stored payment method. Your bank does not let it through without you. No money was taken yet.
invoice-invitation-button = Confirm the payment

## Credit

credit-title = Credit
credit-history = History
credit-caption = Changes of your credit, newest first
credit-date = Date
credit-what = What happened
credit-invoice = Invoice
credit-change = Change
credit-balance = Credit after it
credit-empty = Your credit has not changed yet.
credit-empty-hint = Funds that you add, and what you use of them, are listed here.
reason-payment = Payment received
reason-overpayment = Paid more than was due
reason-accepted = Payment accepted as credit
reason-fee = Fee
reason-credit-applied = Used for an invoice
reason-fulfilment = Funds added
reason-refund = Refund to you
reason-refund-failed = Refund did not go through
reason-dispute = Taken back by your bank or payment provider
reason-dispute-won = Dispute settled, returned to your credit

## Terms of account credit

terms-title = Account Credit Terms and Conditions
terms-lead = Account credit is money that you paid to { $company } in advance.
terms-use-title = What it can be used for
terms-use = You can use it for invoices and for future orders, in the currency in which you paid it. It cannot be used to add funds.
terms-refund-title = Refunds
terms-refund = Paid account credit is generally not paid out in cash. Where the law gives you a right to a refund, that right is not limited by these terms.
terms-mistake-title = If something is wrong
terms-mistake = If a payment has not been credited, first look at its invoice, which says what is known of it. Bank transfers take one to two working days.
terms-contact-title = Questions
terms-contact = { $company } answers questions about your credit.
