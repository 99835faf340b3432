# The invoice PDF in English. Every other language falls back to this file, message by message.
# { $rate }, { $page } and { $pages } are filled in when the document is made.

invoice = Invoice
invoice-number = Invoice number
from = From
bill-to = Bill to
issued = Issued
due = Due
paid-on = Paid on
payment-method = Payment method
tax-id = Tax ID
status = Status
status-unpaid = Unpaid
status-part-paid = Partly paid
status-paid = Paid
status-cancelled = Cancelled
description = Description
amount = Amount
net = Net
tax-rate = Tax rate
tax = Tax
gross = Gross
subtotal = Subtotal
tax-at = Tax { $rate }
tax-on = on { $net }
total = Total
credit = Account credit
refunded = Refunded
taken-back = Taken back by bank or provider
amount-due = Amount due
stamp-paid = Paid
stamp-cancelled = Cancelled
how-to-pay = How to pay
page-of = Page { $page } of { $pages }
