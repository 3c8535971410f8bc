"""One router per noun, in the order in which they are tried."""

from api.routes import articles, claims, compared, docs, entities, exports, service, sparql

ROUTERS = (
    sparql.router,
    claims.router,
    entities.router,
    articles.router,
    compared.router,
    exports.router,
    service.router,
    docs.router,
)
