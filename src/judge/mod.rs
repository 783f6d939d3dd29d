//! Expectation × exchange → verdict. Knows neither terminal nor sockets.
