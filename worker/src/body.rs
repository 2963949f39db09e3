//! Request bodies, read with a limit.

use futures_util::StreamExt;
use worker::{Request, Result};

/// The body is longer than the limit; what was read of it is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooLarge;

/// Reads a body of at most `max` bytes.
///
/// A declared length above `max` is refused unread. Otherwise reading stops at the chunk that passes `max`:
/// memory holds at most `max` bytes and that chunk. The outer error is a body that broke off on its way.
pub(crate) async fn read_capped(
    req: &mut Request,
    max: usize,
) -> Result<std::result::Result<Vec<u8>, TooLarge>> {
    let declared = req.headers().get("content-length")?.and_then(|n| n.parse::<u64>().ok());
    if declared.is_some_and(|n| n > max as u64) {
        return Ok(Err(TooLarge));
    }
    if declared.is_some() {
        // No more than that is sent, and one promise is cheaper than a stream of them.
        return req.bytes().await.map(Ok);
    }
    if req.inner().body().is_none() {
        return Ok(Ok(Vec::new()));
    }
    let mut body = Vec::new();
    let mut chunks = req.stream()?;
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk?;
        if chunk.len() > max - body.len() {
            return Ok(Err(TooLarge));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Ok(body))
}
