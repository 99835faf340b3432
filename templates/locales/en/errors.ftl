### What went wrong, and what to do. Never blames, never leaks.

error-prefix = Error:
error-summary-title = There is a problem

## Pages

error-back = Go back
error-reference = Reference
error-reference-hint = Please name this reference when you ask for help.
error-not-found-title = Page not found
error-not-found-text = There is nothing here, or it is not yours to see. Check the address, or start from Billing.
error-forbidden-title = Your role does not include this
error-forbidden-text = You may see the back office, but not do this in it. Nothing was changed. An owner can give you another role.
error-csrf-title = This form is no longer valid
error-csrf-text = It was open for too long, or you logged in again in the meantime. Nothing was changed. Go back, reload the page and send the form again.
error-too-many-title = Too many attempts
error-too-many-text = Please wait { $seconds ->
    [one] one second
   *[other] { $seconds } seconds
} and try again.
error-failed-title = Something went wrong
error-failed-text = This is our fault, not yours. Nothing was booked twice. Please try again in a moment.
error-unavailable-title = Please try again in a moment
error-unavailable-text = The system is busy or under maintenance. Nothing was changed.
error-plugin-title = This part does not work at the moment
error-plugin-text = One of our modules gave no usable answer. No money was moved. Please try again, or contact support.
error-plugin-named = The module { $plugin } gave no usable answer. No money was moved. Please try again, or contact support.
error-too-large-title = That is too much at once
error-too-large-text = The form is longer than any form of ours. Go back, shorten it and send it again.
error-too-slow-title = That took too long to arrive
error-too-slow-text = The form did not arrive whole within half a minute. Nothing was changed. Check your connection, go back and send it again.
error-bad-request-title = That did not arrive in one piece
error-bad-request-text = The form or the address could not be read. Go back, reload the page and try again.

## Fields

error-login = The e-mail address or the password is not right.
error-login-email = Enter your e-mail address.
error-login-password = Enter your password.
error-reset-code = This link was used, replaced by a newer one, or is older than 30 minutes.
error-password-again = The two passwords differ. Type the same twice.
error-login-wait = Too many attempts. Wait { $minutes } min and try again.
error-password-current-empty = Enter your current password.
error-password-current-wrong = The current password is not right.
error-password-new-empty = Enter a new password.
error-password-differs = The two new passwords differ. Enter the same one twice.
error-password-too-short = The new password needs at least 12 characters. A few words in a row are fine.
error-password-too-long = The new password is too long. Use at most 1,024 characters.
error-password-control = The new password has a control character. Type it on one line.
error-password-is-email = The new password is your e-mail address, which everybody knows. Choose another one.
error-password-guessable = The new password is among those that are tried first. Use a few words that do not belong together.
error-second-step-empty = Enter the code.
error-second-step-wrong = That code is not right, or was used already. Codes change every 30 seconds: wait for the next one, and see that your phone's clock is right.
error-passkey-empty = Your browser used no passkey. Passkeys need JavaScript.
error-passkey-wrong = That passkey did not work: it was removed here, or it took too long. Try again, or use another way.
error-set-up-code = That is not the code of this key. Wait for the next one, and see that your phone's clock is right.
error-amount-empty = Enter an amount.
error-amount-not-a-number = Enter the amount in plain digits, with a point for decimals, such as 1000.50.
error-amount-too-precise = Enter at most { $exponent } decimals for { $currency }.
error-amount-too-large = The amount is too large.
error-amount-not-positive = Enter an amount above zero.
error-amount-currency = Enter the amount in the invoice's currency.
error-credit-too-much = At most { $most } can be used for this invoice.
error-credit-not-applicable = Credit cannot be used for this invoice. Invoices that add funds are paid through a gateway.
error-gateway-none = Choose a gateway.
error-method-not-usable = This payment method cannot be used for this invoice now. Choose another way to pay.
error-charge-under-way = A payment of this invoice is still being checked. Please do not pay a second time: the invoice shows what became of it.
error-gateway-not-offered = This gateway is not offered for this invoice. Choose another one.
error-nothing-due = Nothing is due on this invoice any more.
error-voucher-unknown = No voucher has the code “{ $code }”. Check it and try again.
error-form-expired = This form is too old. Nothing was changed; check it and send it again.
