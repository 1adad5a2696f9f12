"""Requests go in; readings, tensors, states and pages come out: what the service answers.

`read` reads pictures (`answers` puts readings in the form of `schemas`), `inference` takes frames as tensors, `status`
tells how the service is, `pages` sends the page to draw on; `openapi` and `reference` describe all of it.
"""
