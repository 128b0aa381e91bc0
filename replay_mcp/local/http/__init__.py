"""HTTP: authentication, request bodies, validation, pagination, rate limits, tracing and the OpenAPI document."""
