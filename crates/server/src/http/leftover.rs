//! What is still coming of a request's body when its answer is known. It is read away for a while: a connection closed with
//! unread bytes is reset, and whoever is still sending (a proxy most of all) then sees no answer.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderMap, header};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::runtime::Handle;

/// At most so much is read away, and for so long; then the connection is closed as it is.
const MOST_BYTES: usize = 1024 * 1024;
const WITHIN: Duration = Duration::from_secs(2);

/// A request's body whose rest is read away when it is dropped.
pub(super) struct ReadAway {
    body: Option<Incoming>,
    /// The sender waits to be asked for it: nothing is on its way.
    asks_first: bool,
}

impl ReadAway {
    pub(super) fn new(headers: &HeaderMap, body: Incoming) -> Self {
        Self { body: Some(body), asks_first: headers.contains_key(header::EXPECT) }
    }
}

impl Body for ReadAway {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        match &mut self.body {
            Some(body) => Pin::new(body).poll_frame(cx),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(SizeHint::default, Body::size_hint)
    }
}

impl Drop for ReadAway {
    fn drop(&mut self) {
        if self.asks_first || self.is_end_stream() {
            return;
        }
        if let (Some(body), Ok(runtime)) = (self.body.take(), Handle::try_current()) {
            runtime.spawn(tokio::time::timeout(WITHIN, read_away(body)));
        }
    }
}

async fn read_away(mut body: Incoming) {
    let mut read = 0;
    while read < MOST_BYTES
        && let Some(Ok(frame)) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await
    {
        read += frame.data_ref().map_or(0, Bytes::len);
    }
}
