"""Answers requests with readings, tensors, the state of the service, and pages.

`read` takes pictures, and `answers` reads them and puts readings into the form that `schemas` defines. `inference` takes
frames as tensors, and `inferring` asks the network. What takes time of both is in `handling`, which runs in other threads
or processes. `status` reports the state of the service, and `pages` sends the page to draw on. `openapi` and `reference`
describe all of these.
"""
