//! Labels to expectation, pure. Knows neither the network nor verdicts, and never `reference`.
