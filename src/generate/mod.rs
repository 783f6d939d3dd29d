//! Makes cases from the model, one file a strategy. Knows neither outcomes nor the network nor the clock.
