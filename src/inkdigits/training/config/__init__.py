"""What to train and how: one frozen class of settings for each kind of network, checked when made.

`base` has the settings of all, `composed` those of networks whose batches are composed while they train; `classifier`,
`line_recognizer` and `detector` add their own; `networks` knows them all by the network's name, and writes
and reads them as JSON.
"""
