//! Requests as they come, answers as they go.

use serde_json::{Value as Json, json};
use takeroot_core::time::{DAY_S, Day};

/// A request of the API, or of OAuth.
#[derive(Debug, Clone, Copy)]
pub struct ApiRequest<'a> {
    /// `GET`, `POST` or `DELETE`.
    pub method: &'a str,
    /// Such as `/api/v4/leads?page=2`, percent-encoded or not.
    pub path_and_query: &'a str,
    /// What `Authorization: Bearer` carries.
    pub bearer: Option<&'a str>,
    /// JSON, except that the button of `/oauth` sends a form.
    pub body: &'a [u8],
}

impl<'a> ApiRequest<'a> {
    /// A request without a body.
    #[must_use]
    pub fn get(path_and_query: &'a str, bearer: &'a str) -> Self {
        Self { method: "GET", path_and_query, bearer: Some(bearer), body: b"" }
    }
}

/// What is answered, and what becomes of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiAnswer {
    /// The HTTP status.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// Empty with 204.
    pub body: Vec<u8>,
    /// Whether it arrives.
    pub fate: Fate,
}

/// What becomes of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It arrives.
    Answered,
    /// The CRM did what was asked, and the connection broke before the answer: nothing arrives.
    Lost,
    /// Nothing was done, and nothing arrives in any bearable time.
    TimedOut,
}

impl ApiAnswer {
    pub(super) fn json(status: u16, body: &Json) -> Self {
        Self::of(status, "application/hal+json; charset=utf-8", body.to_string())
    }

    pub(super) fn empty() -> Self {
        Self { status: 204, headers: Vec::new(), body: Vec::new(), fate: Fate::Answered }
    }

    pub(super) fn html(status: u16, body: String) -> Self {
        Self::of(status, "text/html; charset=utf-8", body)
    }

    /// What a proxy before the CRM says.
    pub(super) fn nginx(status: u16) -> Self {
        let title = format!("{status} {}", words(status));
        Self::html(
            status,
            format!(
                "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\
                 \r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
            ),
        )
    }

    pub(super) fn of(status: u16, content_type: &str, body: String) -> Self {
        let headers = vec![("content-type", content_type.to_owned())];
        Self { status, headers, body: body.into_bytes(), fate: Fate::Answered }
    }

    /// The body as text; what is no UTF-8 is replaced.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The header of that name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }
}

/// Why a request is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    status: u16,
    detail: String,
    hint: Option<&'static str>,
    /// Path in the body and what is wrong with it.
    invalid: Vec<(String, String)>,
}

impl Refusal {
    pub(super) fn new(status: u16, detail: &str) -> Self {
        Self { status, detail: detail.to_owned(), hint: None, invalid: Vec::new() }
    }

    pub(super) fn hinted(status: u16, hint: &'static str) -> Self {
        Self { hint: Some(hint), ..Self::new(status, "the request cannot be fulfilled") }
    }

    pub(super) fn invalid(fields: Vec<(String, String)>) -> Self {
        Self { invalid: fields, ..Self::new(400, "Request validation failed") }
    }
}

impl From<Refusal> for ApiAnswer {
    fn from(refusal: Refusal) -> Self {
        let Refusal { status, detail, hint, invalid } = refusal;
        let mut body = json!({
            "title": words(status),
            "type": format!("https://httpstatus.es/{status}"),
            "status": status,
            "detail": detail,
        });
        if let Some(hint) = hint {
            super::show::put(&mut body, "hint", hint.into());
        }
        if !invalid.is_empty() {
            let error =
                |(path, detail)| json!({ "code": "NotSupportedChoice", "path": path, "detail": detail });
            let errors: Vec<Json> = invalid.into_iter().map(error).collect();
            let told = json!([{ "request_id": "0", "errors": errors }]);
            super::show::put(&mut body, "validation-errors", told);
        }
        Self::of(status, "application/problem+json; charset=utf-8", body.to_string())
    }
}

fn words(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        402 => "Payment Required",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        429 => "Too Many Requests",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Time-out",
        _ => "Error",
    }
}

/// A moment as the header `date` has it (RFC 9110, IMF-fixdate).
pub(super) fn http_date(at: i64) -> String {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let day = Day(i32::try_from(at.div_euclid(DAY_S)).unwrap_or(i32::MAX));
    let (year, month, date) = day.civil();
    let weekday = DAYS.get(day.weekday()).copied().unwrap_or_default();
    let month = usize::try_from(month).ok().and_then(|month| MONTHS.get(month - 1)).copied();
    let second = at.rem_euclid(DAY_S);
    let (hours, minutes, seconds) = (second / 3600, second / 60 % 60, second % 60);
    let month = month.unwrap_or_default();
    format!("{weekday}, {date:02} {month} {year} {hours:02}:{minutes:02}:{seconds:02} GMT")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_written_as_http_writes_it() {
        assert_eq!(http_date(1_795_183_205), "Fri, 20 Nov 2026 14:00:05 GMT");
        assert_eq!(http_date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
    }
}
