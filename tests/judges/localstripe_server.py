"""localstripe on loopback: `localstripe_server.py PORT`. By itself it would listen to other machines, too."""

import sys

from aiohttp import web
from localstripe.resources import store
from localstripe.server import app

# It would write its state into a file that all users of the machine share.
type(store).dump_to_disk = lambda self: None

web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None)
