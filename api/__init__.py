"""The faces: HTTP service, web page, command line."""
