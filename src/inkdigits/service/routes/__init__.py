"""Answers requests with readings, tensors, the state of the service, and pages.

`read` reads pictures, and `answers` puts readings into the form that `schemas` defines. `inference` takes frames as
tensors, `status` reports the state of the service, and `pages` sends the page to draw on. `openapi` and `reference`
describe all of these.
"""
