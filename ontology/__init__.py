"""What can be said, as data: vocabulary, shapes, known entities, lexicon, cues, rules, named queries."""
