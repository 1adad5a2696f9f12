"""How good a model's answers are: accuracy, its interval, tables and plots.

`foreign_models` opens a model of any form, in the input form that `input_forms` finds or is told; `prediction` asks one
of ours; `metrics` counts in NumPy alone; `evaluating` measures on a split; `run_metrics` finishes a run with its
figures; `report`, `plots` and `contact_sheet` show them.
"""
