"""One router per noun, in the order in which they are tried."""

from api.routes import docs

ROUTERS = (docs.router,)
