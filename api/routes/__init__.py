"""One router per noun, in the order in which they are tried."""

from api.routes import articles, ask, claims, compared, docs, entities, exports, home, service, sparql

ROUTERS = (
    home.router,
    ask.router,
    sparql.router,
    claims.router,
    entities.router,
    articles.router,
    compared.router,
    exports.router,
    service.router,
    docs.router,
)
