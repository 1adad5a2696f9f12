"""Answers requests with readings, tensors, the state of the service, and pages.

`read` takes pictures; `answers` reads them and puts readings into the form that `schemas` defines. `inference` takes
frames as tensors; `inferring` asks the network. What takes time of both is in `handling`, for other threads and
processes. `status` reports the state of the service, and `pages` sends the page to draw on. `openapi` and `reference`
describe all of these.
"""
