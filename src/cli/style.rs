//! The two output streams: colours only where they are wanted, and a closed pipe is no error.

use anstream::{AutoStream, ColorChoice};
use countersign::report::Palette;
use std::io::{self, Write};

/// The standard output. Colours are left out where `NO_COLOR` is set or it is no terminal; after `| head` has closed
/// the pipe, writing goes nowhere.
pub(crate) fn stdout() -> impl Write {
    Tolerant::new(AutoStream::auto(io::stdout()))
}

/// The standard error, under the same rules.
pub(crate) fn stderr() -> impl Write {
    Tolerant::new(AutoStream::auto(io::stderr()))
}

/// The styles that suit the standard output.
pub(crate) fn palette() -> Palette {
    match AutoStream::choice(&io::stdout()) {
        ColorChoice::Never => Palette::plain(),
        ColorChoice::Auto | ColorChoice::AlwaysAnsi | ColorChoice::Always => Palette::coloured(),
    }
}

/// A writer for which a closed pipe is no error: who closed it has read enough.
struct Tolerant<W> {
    inner: W,
    state: Pipe,
}

#[derive(PartialEq, Eq)]
enum Pipe {
    Open,
    Closed,
}

impl<W> Tolerant<W> {
    fn new(inner: W) -> Self {
        Self { inner, state: Pipe::Open }
    }

    fn forgive<T>(&mut self, result: io::Result<T>, instead: T) -> io::Result<T> {
        match result {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.state = Pipe::Closed;
                Ok(instead)
            }
            result => result,
        }
    }
}

impl<W: Write> Write for Tolerant<W> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        if self.state == Pipe::Closed {
            return Ok(buffer.len());
        }
        let result = self.inner.write(buffer);
        self.forgive(result, buffer.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.state == Pipe::Closed {
            return Ok(());
        }
        let result = self.inner.flush();
        self.forgive(result, ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Failing(io::ErrorKind);

    impl Write for Failing {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(self.0.into())
        }
    }

    #[test]
    fn a_closed_pipe_swallows_the_rest() {
        let mut out = Tolerant::new(Failing(io::ErrorKind::BrokenPipe));
        writeln!(out, "one").unwrap();
        writeln!(out, "two").unwrap();
        out.flush().unwrap();
    }

    #[test]
    fn a_full_disk_is_still_an_error() {
        let mut out = Tolerant::new(Failing(io::ErrorKind::StorageFull));
        assert!(writeln!(out, "one").is_err());
    }
}
