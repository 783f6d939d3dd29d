//! Pools, app clients, users and codes through the public API. Knows no expectations.
