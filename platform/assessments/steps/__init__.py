"""The way of a draft to publication, a page a step: checked, tried on cases, tried on a past period, published.

The pages stand in this room and not in that of the rules: a simulation is held beside a result.
"""
