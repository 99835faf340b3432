"""localstripe on loopback: `localstripe_server.py PORT`. By itself it would listen to other machines, too."""

import sys

from aiohttp import web
from localstripe.resources import PaymentIntent, store
from localstripe.server import app

# It would write its state into a file that all users of the machine share.
type(store).dump_to_disk = lambda self: None

# Stripe's intents always say what was received; these leave it out, and a gateway may not take less for proof.
export = PaymentIntent._export


def with_amount_received(self, *arguments, **options):
    intent = export(self, *arguments, **options)
    intent["amount_received"] = self.amount if self.status == "succeeded" else 0
    return intent


PaymentIntent._export = with_amount_received

web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None)
