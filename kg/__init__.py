"""The graph of claims: model, RDF mapping, stores, queries, answers, exports."""
