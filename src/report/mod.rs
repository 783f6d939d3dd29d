//! Renders events into `impl Write`. Knows no transports and never decides pass or fail.
