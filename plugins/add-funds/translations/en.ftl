summary = Lets clients add account credit, within limits that you set for each currency.
tab = Add Funds

# The form
amount = Amount
amount-hint = From { $minimum } to { $most }.
gateway = Gateway
important = Important
terms-notice = Deposited account credit is in principle not refundable as cash. Please read the <a>Account Credit Terms and Conditions</a>.
add-funds = + Add Funds
voucher-title = Redeem Voucher
voucher = Voucher code
voucher-hint = Only if you were given a coupon or a voucher.
redeem-voucher = Redeem Voucher

# What stands in the way
open-title = You have funds to pay already
open-invoice = Invoice { $number }: { $amount } still to pay
open-first = Pay this invoice or have it cancelled, then add more.
open-exists = Invoice { $number } for added funds is not paid yet. Pay it or have it cancelled, then add more.
currency-not-offered = Funds cannot be added in { $currency }. Contact support to have your account's currency offered.
gateways-none = There is no way to pay in { $currency } at the moment. Try again later or contact support.
ceiling-reached = Your account holds as much credit as it may. Use some of it, then add more.

# What is wrong with what was typed
amount-empty = Enter an amount
amount-not-a-number = Write the amount in { $currency } in plain digits, with a point for decimals and no thousands separator, for example { $example }
amount-negative = Enter an amount above zero
amount-zero = Enter an amount above zero
amount-too-precise = { $currency } has { $decimals } decimals at most: write the amount with fewer
amount-no-decimals = { $currency } has no decimals: write a whole amount, for example { $example }
amount-too-large = The amount is too large
amount-below-minimum = Enter at least { $bound }
amount-above-maximum = Enter at most { $bound }
amount-over-ceiling = You can add { $bound } at most: your balance and unpaid invoices count towards the limit of your account
gateway-empty = Select a gateway
gateway-not-offered = This gateway is not offered any more: select another
voucher-empty = Enter the code of your voucher
voucher-too-long = This is too long for a voucher: enter the code alone
intent-unknown = Press “+ Add Funds” or “Redeem Voucher”

# Invoices and the credit's history
line-description = Account credit (funds)
credit-description = Funds added with invoice { $invoice }

# For staff
config-policy = Policy
config-open-max = Unpaid top-ups a client may have at once
config-open-max-help = 0 for as many as they like.
config-open-max-wrong = Enter a whole number from 0 (no limit) to { $most }
config-limits = Limits for each currency
config-limits-help = Clients whose currency is not listed cannot add funds.
config-limits-empty = Add at least one currency
config-currency = Currency
config-currency-empty = Choose a currency
config-currency-unknown = Choose a currency by its ISO 4217 code, such as EUR
config-currency-twice = { $currency } is listed already: remove one of the two
config-minimum = Smallest amount to add
config-maximum = Largest amount to add
config-maximum-below-minimum = The largest amount must not be less than the smallest
config-ceiling = Most credit an account may hold
config-ceiling-help = Unpaid top-ups count in. Leave it empty for no ceiling.
config-ceiling-below-maximum = The ceiling must not be less than the largest amount
