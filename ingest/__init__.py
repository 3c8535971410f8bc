"""Article in, claims out: reading, sentences, mentions, quantities, dates, frames, attribution, pipeline."""
