//! The server on a thread of its own, for as long as a value lives.

use super::listener::serve;
use super::manner::Manner;
use super::state::State;
use crate::seed::Seed;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// A reference server on a free port of 127.0.0.1. It stops when it is dropped, and dropping waits for that.
#[derive(Debug)]
pub struct EmbeddedServer {
    /// Where it listens.
    pub address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl EmbeddedServer {
    /// Starts a server with an empty state. When this returns, connections are accepted.
    pub fn start(seed: Seed) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
        let (stop, stopped) = oneshot::channel();
        let state = Arc::new(Mutex::new(State::new(seed)));
        let thread = std::thread::Builder::new().name("reference server".to_owned()).spawn(move || {
            runtime.block_on(async {
                // It can only fail where the runtime has no driver; then nobody is answered.
                if let Ok(listener) = tokio::net::TcpListener::from_std(listener) {
                    serve(listener, state, Manner::default(), async {
                        // The sender gone means the same as its message.
                        let _ = stopped.await;
                    })
                    .await;
                }
            });
        })?;
        Ok(Self { address, stop: Some(stop), thread: Some(thread) })
    }

    /// The URL of its root.
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }
}

impl Drop for EmbeddedServer {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic on that thread has been printed there; there is nobody to tell again.
            let _ = thread.join();
        }
    }
}
