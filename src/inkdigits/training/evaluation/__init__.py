"""Labels and probabilities go in; accuracy, its interval, tables and plots come out.

`prediction` asks a network of any run or bundle; `metrics` counts in NumPy alone; `accuracy` measures on a split;
`run_metrics` finishes a run with its figures; `report`, `plots` and `contact_sheet` show them.
"""
