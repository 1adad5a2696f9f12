"""Models side by side: accuracy, robustness, honesty and speed on MNIST's test digits.

`corruptions` spoils digits, `speed` takes the time, `measuring` measures all of one model; `report` and `plots` show
models side by side.
"""
