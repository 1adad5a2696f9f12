"""A reading goes in; text, JSON, CSV, an annotated picture, or an explanation comes out.

`report` writes readings down and draws them; `explanation` shows what each stage made of a picture, with the suspected
`faults` of doubtful answers.
"""
