//! An HTTP/1.1 server on loopback, for pages and for services that a test plays.

use std::fmt;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::StatusCode;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1::Builder;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::task::{JoinHandle, spawn_blocking};

/// A longer body is answered with 413.
const BODY_BYTES_MAX: usize = 16 << 20;

/// A request with its body.
pub type Request = hyper::Request<Bytes>;
/// An answer with its body.
pub type Reply = hyper::Response<Full<Bytes>>;

/// Marks an answer that is not sent, and ends its connection.
#[derive(Debug, Clone, Copy)]
struct HungUp;

impl fmt::Display for HungUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the server hung up")
    }
}

impl std::error::Error for HungUp {}

/// A running server. Dropping it ends it; what it is still answering is cut off.
#[derive(Debug)]
pub struct Server {
    runtime: Option<Runtime>,
    accepting: JoinHandle<()>,
    port: u16,
}

impl Server {
    /// Answers every request on a thread of its own, so that an answer may take its time. Port 0 is a free one.
    ///
    /// # Errors
    /// The port is in use.
    pub fn start<F>(port: u16, answer: F) -> Result<Self>
    where
        F: Fn(&Request) -> Reply + Send + Sync + 'static,
    {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_io().build()?;
        let listener = runtime
            .block_on(TcpListener::bind(("127.0.0.1", port)))
            .with_context(|| format!("port {port} on loopback"))?;
        let port = listener.local_addr()?.port();
        let accepting = runtime.spawn(accept(listener, Arc::new(answer)));
        Ok(Self { runtime: Some(runtime), accepting, port })
    }

    /// Its port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its origin, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Waits for ever.
    pub fn wait(mut self) {
        if let Some(runtime) = &self.runtime {
            let _ = runtime.block_on(&mut self.accepting);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// An answer of that status and type.
pub fn reply(status: u16, content_type: &str, body: impl Into<Bytes>) -> Reply {
    let mut answer = Reply::new(Full::new(body.into()));
    *answer.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    with_header(answer, "content-type", content_type)
}

/// No answer: the connection is closed without one.
#[must_use]
pub fn hang_up() -> Reply {
    let mut answer = Reply::new(Full::default());
    answer.extensions_mut().insert(HungUp);
    answer
}

/// The answer with one more header; what cannot be one is left out.
#[must_use]
pub fn with_header(mut answer: Reply, name: &'static str, value: &str) -> Reply {
    if let Ok(value) = value.parse() {
        answer.headers_mut().insert(name, value);
    }
    answer
}

async fn accept<F>(listener: TcpListener, answer: Arc<F>)
where
    F: Fn(&Request) -> Reply + Send + Sync + 'static,
{
    loop {
        if let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(converse(stream, Arc::clone(&answer)));
        }
    }
}

async fn converse<F>(stream: TcpStream, answer: Arc<F>)
where
    F: Fn(&Request) -> Reply + Send + Sync + 'static,
{
    // Without it a body waits for some 40 ms behind its head.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| respond(request, Arc::clone(&answer)));
    // A client that is gone wants no answer.
    let _ = Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn respond<F>(request: hyper::Request<Incoming>, answer: Arc<F>) -> Result<Reply, HungUp>
where
    F: Fn(&Request) -> Reply + Send + Sync + 'static,
{
    let (head, body) = request.into_parts();
    let Ok(body) = Limited::new(body, BODY_BYTES_MAX).collect().await else {
        return Ok(reply(413, "text/plain; charset=utf-8", "the body is too long or was cut off"));
    };
    let request = Request::from_parts(head, body.to_bytes());
    let answered = spawn_blocking(move || answer(&request)).await;
    let answered = answered.unwrap_or_else(|_| reply(500, "text/plain; charset=utf-8", "the answer failed"));
    answered.extensions().get::<HungUp>().map_or(Ok(()), |hung_up| Err(*hung_up))?;
    Ok(answered)
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpStream;
    use std::time::Duration;

    use super::*;

    #[test]
    fn connections_that_stay_open_keep_nobody_waiting() {
        let server =
            Server::start(0, |request| reply(200, "text/plain", request.uri().path().to_owned())).unwrap();
        for _ in 0..50 {
            let mut held: Vec<TcpStream> = (0..12)
                .map(|_| {
                    let mut stream = TcpStream::connect(("127.0.0.1", server.port())).unwrap();
                    stream.write_all(b"GET /a HTTP/1.1\r\nHost: stand\r\n\r\n").unwrap();
                    stream
                })
                .collect();
            for stream in &mut held {
                stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
                let mut answer = [0; 512];
                let bytes = stream.read(&mut answer).unwrap();
                assert!(answer[..bytes].starts_with(b"HTTP/1.1 200 OK"));
            }
        }
    }

    #[test]
    fn a_failing_answer_is_one_and_the_next_works() {
        let server = Server::start(0, |request| {
            assert_ne!(request.uri().path(), "/bad");
            reply(200, "text/plain", request.body().clone())
        })
        .unwrap();
        let bad = ureq::get(format!("{}/bad", server.url())).config().http_status_as_error(false).build();
        assert_eq!(bad.call().unwrap().status(), 500);
        let mut good = ureq::post(format!("{}/good", server.url())).send("what was said").unwrap();
        assert_eq!(good.body_mut().read_to_string().unwrap(), "what was said");
    }
}
