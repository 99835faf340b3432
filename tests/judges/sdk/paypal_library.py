"""PayPal's official library at the simulated PayPal: `paypal_library.py BASE`. A line per finding."""

import json
import sys
import urllib.request

from apimatic_core.exceptions.auth_validation_exception import AuthValidationException
from paypalserversdk.configuration import Configuration, Environment
from paypalserversdk.exceptions.error_exception import ErrorException
from paypalserversdk.http.auth.o_auth_2 import ClientCredentialsAuthCredentials
from paypalserversdk.models.amount_with_breakdown import AmountWithBreakdown
from paypalserversdk.models.checkout_payment_intent import CheckoutPaymentIntent
from paypalserversdk.models.money import Money
from paypalserversdk.models.order import Order
from paypalserversdk.models.order_request import OrderRequest
from paypalserversdk.models.purchase_unit_request import PurchaseUnitRequest
from paypalserversdk.models.refund import Refund
from paypalserversdk.models.refund_request import RefundRequest
from paypalserversdk.paypal_serversdk_client import PaypalServersdkClient

BASE = sys.argv[1]

# The library knows PayPal's own addresses alone.
for environment in Configuration.environments.values():
    for server in environment:
        environment[server] = BASE


def client(secret):
    credentials = ClientCredentialsAuthCredentials(o_auth_client_id="simulated-client-id", o_auth_client_secret=secret)
    return PaypalServersdkClient(environment=Environment.SANDBOX, client_credentials_auth_credentials=credentials)


LIBRARY = client("simulated-client-secret")
NEXT = iter(range(1_000))


def act(path, body):
    """What a buyer or a bank does."""
    data = json.dumps(body).encode()
    request = urllib.request.Request(f"{BASE}/_simulator/{path}", data, {"content-type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return answer.read()


def create(value="25.00", currency="EUR"):
    amount = AmountWithBreakdown(currency_code=currency, value=value)
    unit = PurchaseUnitRequest(amount=amount, reference_id="default", custom_id="ä & ö", description="Account credit")
    body = OrderRequest(intent=CheckoutPaymentIntent.CAPTURE, purchase_units=[unit])
    options = {"body": body, "prefer": "return=representation", "paypal_request_id": f"library-{next(NEXT)}"}
    return LIBRARY.orders.create_order(options).body


def capture(order):
    return LIBRARY.orders.capture_order({"id": order.id, "prefer": "return=representation"}).body


def paid():
    order = create()
    act(f"orders/{order.id}/approve", {"funding": "balance"})
    return capture(order).purchase_units[0].payments.captures[0]


def refund(taken, value=None):
    options = {"capture_id": taken.id, "prefer": "return=representation", "paypal_request_id": f"refund-{next(NEXT)}"}
    if value:
        options["body"] = RefundRequest(amount=Money(currency_code="EUR", value=value), note_to_payer="Ordered twice")
    return LIBRARY.payments.refund_captured_payment(options).body


def creates_an_order():
    order = create()
    assert isinstance(order, Order), type(order)
    assert order.status == "CREATED", order.status
    assert order.purchase_units[0].amount.value == "25.00"
    assert any(link.rel == "approve" for link in order.links)
    again = LIBRARY.orders.get_order({"id": order.id}).body
    assert (again.id, again.purchase_units[0].custom_id) == (order.id, "ä & ö")


def captures_what_was_approved():
    taken = paid()
    assert (taken.status, taken.amount.value, taken.final_capture) == ("COMPLETED", "25.00", True), taken
    assert float(taken.seller_receivable_breakdown.paypal_fee.value) > 0
    shown = LIBRARY.payments.get_captured_payment({"capture_id": taken.id}).body
    assert (shown.id, shown.status) == (taken.id, "COMPLETED")


def waits_for_money_that_comes_later():
    order = create()
    act(f"orders/{order.id}/approve", {"funding": "later", "reason": "PENDING_REVIEW"})
    taken = capture(order).purchase_units[0].payments.captures[0]
    assert (taken.status, taken.status_details.reason) == ("PENDING", "PENDING_REVIEW")
    act(f"captures/{taken.id}/settle", {"outcome": "completed"})
    assert LIBRARY.payments.get_captured_payment({"capture_id": taken.id}).body.status == "COMPLETED"


def takes_currencies_without_decimals():
    order = create("2500", "JPY")
    assert order.purchase_units[0].amount.value == "2500"


def is_refused_with_typed_errors():
    order = create()
    error = refused(lambda: capture(order), ErrorException)
    assert (error.response_code, error.details[0].issue) == (422, "ORDER_NOT_APPROVED"), error
    error = refused(lambda: LIBRARY.orders.get_order({"id": "NONE"}), ErrorException)
    assert (error.response_code, error.name) == (404, "RESOURCE_NOT_FOUND"), error
    error = refused(lambda: create("25.000"), ErrorException)
    assert error.response_code in (400, 422), error
    refused(lambda: client("wrong-secret").orders.get_order({"id": "NONE"}), AuthValidationException)


def refunds_in_part_and_in_full():
    taken = paid()
    part = refund(taken, "7.00")
    assert isinstance(part, Refund), type(part)
    assert (part.status, part.amount.value) == ("COMPLETED", "7.00")
    rest = refund(taken)
    assert rest.amount.value == "18.00"
    assert LIBRARY.payments.get_refund({"refund_id": rest.id}).body.id == rest.id
    error = refused(lambda: refund(taken, "1.00"), ErrorException)
    assert error.details[0].issue == "CAPTURE_FULLY_REFUNDED", error


def answers_a_repeated_request_once():
    order = create()
    act(f"orders/{order.id}/approve", {"funding": "balance"})
    options = {"id": order.id, "prefer": "return=representation", "paypal_request_id": "once"}
    first, again = (LIBRARY.orders.capture_order(options).body for _ in range(2))
    captures = [one.purchase_units[0].payments.captures for one in (first, again)]
    assert [len(one) for one in captures] == [1, 1] and captures[0][0].id == captures[1][0].id


def refused(call, kind):
    try:
        call()
    except kind as error:
        return error
    raise AssertionError("it was not refused")


CHECKS = [
    creates_an_order,
    captures_what_was_approved,
    waits_for_money_that_comes_later,
    takes_currencies_without_decimals,
    is_refused_with_typed_errors,
    refunds_in_part_and_in_full,
    answers_a_repeated_request_once,
]

for check in CHECKS:
    what = check.__name__.replace("_", " ")
    try:
        check()
        print(f"pass {what}")
    except Exception as error:  # every kind of failure is a finding
        print(f"fail {what}: {type(error).__name__} {error!r}".replace("\n", " "))
