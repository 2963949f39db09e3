//! HTTP/1.1 as bytes: what no well-behaved client would send, and every header of what comes back.

use anyhow::{Context as _, Result, bail};
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// An answer as it came.
#[derive(Clone, Debug)]
pub struct RawAnswer {
    /// The status.
    pub status: u16,
    /// Headers, their names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, put together where it came in chunks.
    pub body: Vec<u8>,
}

impl RawAnswer {
    /// A header, by its name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Sends the bytes of a request to a port on loopback and reads the answer to its end. The request is to say
/// `connection: close`.
///
/// # Errors
/// No answer within `patience`, or one that is no HTTP.
pub fn exchange(port: u16, request: &[u8], patience: Duration) -> Result<RawAnswer> {
    let mut socket = TcpStream::connect(("127.0.0.1", port))?;
    socket.set_read_timeout(Some(patience))?;
    socket.set_write_timeout(Some(patience))?;
    // An answer may come before all of the request is read.
    let written = socket.write_all(request);
    let mut bytes = Vec::new();
    match socket.read_to_end(&mut bytes) {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::ConnectionReset && !bytes.is_empty() => {}
        Err(error) => return Err(error).context("the answer"),
    }
    parsed(&bytes).with_context(|| format!("after {written:?}: {:.300}", String::from_utf8_lossy(&bytes)))
}

fn parsed(bytes: &[u8]) -> Result<RawAnswer> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").context("no end of the headers")?;
    let (head, body) = bytes.split_at(end);
    let head = String::from_utf8_lossy(head);
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).context("no status")?.parse()?;
    let header = |line: &str| line.split_once(':').map(|(n, v)| (n.to_lowercase(), v.trim().to_owned()));
    let headers: Vec<(String, String)> = lines.filter_map(header).collect();
    let body = body.get(4..).unwrap_or_default();
    let chunked = headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
    let body = if chunked { joined(body)? } else { body.to_owned() };
    Ok(RawAnswer { status, headers, body })
}

fn joined(mut chunks: &[u8]) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = chunks.windows(2).position(|two| two == b"\r\n").context("a chunk without a length")?;
        let (length, rest) = chunks.split_at(line);
        let length = usize::from_str_radix(std::str::from_utf8(length)?, 16)?;
        let Some((chunk, rest)) = rest.get(2..).and_then(|rest| rest.split_at_checked(length)) else {
            bail!("a chunk broke off");
        };
        if length == 0 {
            return Ok(body);
        }
        body.extend_from_slice(chunk);
        chunks = rest.get(2..).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn an_answer_is_read_whole_or_in_chunks() {
        let whole = parsed(b"HTTP/1.1 404 Not Found\r\nETag: \"a\"\r\n\r\nhello").unwrap();
        assert_eq!(
            (whole.status, whole.header("etag"), whole.text().as_str()),
            (404, Some("\"a\""), "hello")
        );
        let chunks = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n";
        assert_eq!(parsed(chunks).unwrap().text(), "hello");
        assert!(parsed(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhel").is_err());
        assert!(parsed(b"").is_err());
    }
}
