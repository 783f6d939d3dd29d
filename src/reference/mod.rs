//! The embedded reference server, built of bytes. Never knows `expect`, `generate` or `judge`.
