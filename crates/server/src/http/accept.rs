//! The loop that accepts connections. A peer that says nothing costs a task of a few hundred bytes, and not for long.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use super::leftover::ReadAway;

/// A request's head has to arrive within this, and so has the first byte of a connection.
const HEAD_WITHIN: Duration = Duration::from_secs(10);
/// Most bytes of a request's head.
const HEAD_BYTES: usize = 32 * 1024;

/// Accepts until `stop` says so, then lets what is under way finish. Returns when the last connection is closed.
pub(crate) async fn serve(listener: TcpListener, router: Router, max: usize, stop: CancellationToken) {
    let slots = Arc::new(Semaphore::new(max.min(Semaphore::MAX_PERMITS)));
    let whole = slots.available_permits();
    loop {
        let Ok(slot) = Arc::clone(&slots).acquire_owned().await else { return };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.cancelled() => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors, most likely: those that are open go on, the next waits.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let (router, stop) = (router.clone(), stop.clone());
        tokio::spawn(async move {
            connection(stream, peer, router, stop).await;
            drop(slot);
        });
    }
    // Whoever comes now is refused at once and goes elsewhere, instead of waiting for an answer.
    drop(listener);
    let all = u32::try_from(whole).unwrap_or(u32::MAX);
    let _ = slots.acquire_many(all).await;
}

async fn connection(stream: TcpStream, peer: SocketAddr, router: Router, stop: CancellationToken) {
    // No buffer is made for a peer before it has said something.
    if !matches!(tokio::time::timeout(HEAD_WITHIN, stream.readable()).await, Ok(Ok(()))) {
        return;
    }
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: Request<Incoming>| {
        let (head, body) = request.into_parts();
        let body = ReadAway::new(&head.headers, body);
        let mut request = Request::from_parts(head, axum::body::Body::new(body));
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().oneshot(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = &mut connection => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%peer, %error, "a connection ended badly");
    }
}
