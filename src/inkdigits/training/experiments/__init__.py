"""Trains many runs, compares them, and searches for better settings.

`members` obtains one run, new or old; `parallel` obtains many at a time, `ray_tasks` on a cluster; `comparison` sets
networks side by side (`comparison_report`), `ensemble` averages them, `search` looks for better settings.
"""
