//! The only file that sees every stage: it wires them and knows neither flags nor colours.
