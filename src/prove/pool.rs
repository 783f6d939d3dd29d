//! Spreads trials over threads, each with an arena of its own.

use super::ProveError;
use super::arena::Arena;
use std::num::NonZero;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::thread;

/// More threads than this do not make a few hundred trials faster.
const THREADS_MAX: usize = 16;

/// The result of `trial` for each of `items`, in their order.
pub(super) fn each<I: Sync, R: Send>(
    items: &[I],
    trial: impl Fn(&Arena, &I) -> Result<R, ProveError> + Sync,
) -> Result<Vec<R>, ProveError> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(THREADS_MAX).min(items.len());
    let next = Mutex::new(0..items.len());
    let take = || next.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = || -> Result<Vec<(usize, R)>, ProveError> {
        let arena = Arena::new()?;
        let mut done = Vec::new();
        while let Some((at, item)) = take().and_then(|at| Some((at, items.get(at)?))) {
            done.push((at, trial(&arena, item)?));
        }
        Ok(done)
    };
    let mut results = thread::scope(|scope| {
        let working: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let mut results = Vec::with_capacity(items.len());
        for thread in working {
            results.extend(thread.join().map_err(|_| ProveError::Thread)??);
        }
        Ok::<_, ProveError>(results)
    })?;
    results.sort_by_key(|(at, _)| *at);
    Ok(results.into_iter().map(|(_, result)| result).collect())
}
