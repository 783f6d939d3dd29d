//! The library as a whole: the suite against the reference server and against wrong servers, in process.

mod conformance;
mod in_process;
mod null_servers;
mod premade;
mod table;
