"""The science: numpy columns in, frozen results with intervals out, or an error with a name.

Nothing here reads a file, asks the time or draws a random number of its own.  A rating is one row of *long columns*:
the unit that was rated, the rater, and the value, each a one-dimensional array of the same length.  A rating that was
not given is a row that is not there.
"""
