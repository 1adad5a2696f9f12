"""A model of any form goes in; accuracy, robustness, honesty and speed on MNIST's test digits come out.

`foreign_models` opens it, in the form that `input_forms` finds or is told; `corruptions` spoils digits, `speed` takes
the time, `measuring` measures all; `report` and `plots` show models side by side.
"""
