"""Makes a file that a stranger gave safe to hand on: told by its content, made anew, without what it says of people.

Nothing here knows Django. `commons.files.workshop` runs it as a program of its own, with little memory and time and
without any secret, so that a file that breaks a decoder breaks nothing else.
"""
