"""What the processes that make pages are forked with, so that they share it: the routes, the ontology, the words of questions.

Importing it takes seconds; only the process that forks them does (``api/processes.py``).
"""

from __future__ import annotations

import gc

import ontology
from api import pages
from api.http import reading_app
from kg.ask_lattice import indexed
from kg.ask_words import words

gc.disable()  # all that is made here stays: to look through it again and again takes a quarter of the time
APP = reading_app()
APP.openapi()
ONTOLOGY = ontology.load()
indexed(words())
for template in pages.TEMPLATES.list_templates():
    pages.TEMPLATES.get_template(template)
gc.freeze()  # what is looked through is written to, and what is written to is no longer shared
gc.enable()
