//! Lists: what is asked of them, filters, order and pages.

use serde_json::{Value as Json, json};

use super::answer::{ApiAnswer, Refusal};
use super::show::{Show, put};

/// Items of a page where the request does not say.
const LIMIT: usize = 50;

/// A request's address, taken apart.
#[derive(Debug)]
pub(super) struct Ask {
    pub(super) path: String,
    query: Vec<(String, String)>,
}

impl Ask {
    pub(super) fn of(path_and_query: &str) -> Self {
        let (path, query) = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
        let query = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Self { path: path.to_owned(), query }
    }

    pub(super) fn one(&self, name: &str) -> Option<&str> {
        self.query.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// `name=a,b`, `name[]=a&name[]=b` and `name[0]=a`; `None` where nothing is asked.
    pub(super) fn many(&self, name: &str) -> Option<Vec<&str>> {
        let own = |key: &str| {
            let rest = key.strip_prefix(name)?;
            let index = rest.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
            (rest.is_empty() || index.is_some_and(|index| index.bytes().all(|b| b.is_ascii_digit())))
                .then_some(())
        };
        let values = self.query.iter().filter(|(key, _)| own(key).is_some());
        let values: Vec<&str> = values.flat_map(|(_, value)| value.split(',')).collect();
        (!values.is_empty()).then_some(values)
    }

    pub(super) fn with(&self, name: &str) -> bool {
        self.many("with").is_some_and(|names| names.contains(&name))
    }

    /// Whether an id, or a word, is among those that are asked for.
    pub(super) fn wants(&self, name: &str, value: &str) -> bool {
        self.many(&format!("filter[{name}]")).is_none_or(|wanted| wanted.contains(&value))
    }

    /// `filter[name][from]` and `filter[name][to]`, both included.
    pub(super) fn range(&self, name: &str) -> Result<(i64, i64), Refusal> {
        let bound = |end: &str, open: i64| match self.one(&format!("filter[{name}][{end}]")) {
            None => Ok(open),
            Some(text) => text.parse().map_err(|_| Refusal::new(400, "a bound of a filter is no number")),
        };
        Ok((bound("from", i64::MIN)?, bound("to", i64::MAX)?))
    }

    fn number(&self, name: &str, open: usize) -> Result<usize, Refusal> {
        let number = self.one(name).map_or(Ok(open), str::parse);
        number.ok().filter(|n| *n > 0).ok_or_else(|| Refusal::new(400, "page and limit begin with 1"))
    }

    /// A filter that the stand does not apply would silently give everything.
    pub(super) fn only_filters(&self, known: &[&str]) -> Result<(), Refusal> {
        let named = self.query.iter().filter_map(|(key, _)| key.strip_prefix("filter[")?.split(']').next());
        match named.into_iter().find(|name| !known.contains(name)) {
            None => Ok(()),
            Some(name) => Err(Refusal::new(400, &format!("the stand does not filter this list by {name}"))),
        }
    }

    fn address(&self, page: usize) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.query.iter().filter(|(key, _)| key != "page"));
        format!("{}?{}", self.path, query.append_pair("page", &page.to_string()).finish())
    }
}

/// What a list is sorted and filtered by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Marks {
    pub(super) id: u64,
    pub(super) created_at: i64,
    pub(super) updated_at: i64,
    /// The deadline of a task.
    pub(super) due: i64,
}

/// What the request filters, in the order that it asks for; by id where it asks for none.
pub(super) fn chosen<T>(
    ask: &Ask,
    items: impl Iterator<Item = T>,
    marks: impl Fn(&T) -> Marks,
) -> Result<Vec<T>, Refusal> {
    let (created, updated) = (ask.range("created_at")?, ask.range("updated_at")?);
    let wanted = ask.many("filter[id]");
    let within = |(from, to): (i64, i64), at: i64| from <= at && at <= to;
    let fits = |item: &T| {
        let marks = marks(item);
        let is_wanted = wanted.as_ref().is_none_or(|ids| ids.contains(&marks.id.to_string().as_str()));
        is_wanted && within(created, marks.created_at) && within(updated, marks.updated_at)
    };
    let mut items: Vec<T> = items.filter(fits).collect();
    for (name, key) in [
        ("id", (|marks: Marks| (0, marks.id)) as fn(Marks) -> (i64, u64)),
        ("created_at", |marks| (marks.created_at, marks.id)),
        ("updated_at", |marks| (marks.updated_at, marks.id)),
        ("complete_till", |marks| (marks.due, marks.id)),
    ] {
        match ask.one(&format!("order[{name}]")) {
            Some("asc") => items.sort_by_key(|item| key(marks(item))),
            Some("desc") => items.sort_by_key(|item| std::cmp::Reverse(key(marks(item)))),
            _ => {}
        }
    }
    Ok(items)
}

impl Show<'_> {
    /// The page that is asked for; 204 where it is empty.
    pub(super) fn page<T>(
        &self,
        ask: &Ask,
        name: &str,
        items: &[T],
        limit_max: usize,
        show: impl Fn(&T) -> Json,
    ) -> Result<ApiAnswer, Refusal> {
        let (page, limit) = (ask.number("page", 1)?, ask.number("limit", LIMIT)?);
        if limit > limit_max {
            return Err(Refusal::new(400, &format!("limit is at most {limit_max}")));
        }
        let first = (page - 1).saturating_mul(limit);
        let shown: Vec<Json> = items.iter().skip(first).take(limit).map(show).collect();
        if shown.is_empty() {
            return Ok(ApiAnswer::empty());
        }
        let link = |page: usize| json!({ "href": format!("{}{}", self.origin, ask.address(page)) });
        let mut links = json!({ "self": link(page) });
        if items.len() > first + limit {
            put(&mut links, "next", link(page + 1));
        }
        if page > 1 {
            put(&mut links, "first", link(1));
            put(&mut links, "prev", link(page - 1));
        }
        let mut body = json!({ "_page": page, "_links": links, "_embedded": { name: shown } });
        if matches!(name, "users" | "custom_fields") {
            put(&mut body, "_total_items", items.len().into());
            put(&mut body, "_page_count", items.len().div_ceil(limit).into());
        }
        Ok(ApiAnswer::json(200, &body))
    }

    /// A list that is given whole; that of webhooks does not name its own address.
    pub(super) fn whole(&self, path: Option<&str>, name: &str, items: &[Json]) -> ApiAnswer {
        let mut body = json!({ "_total_items": items.len(), "_embedded": { name: items } });
        if let Some(path) = path {
            put(&mut body, "_links", self.links(path));
        }
        ApiAnswer::json(200, &body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_read_however_it_is_written() {
        let ask = Ask::of("/x?filter[type]=a,b&filter%5Btype%5D%5B%5D=c&filter[type][7]=d&with=x,y&limit=7");
        assert_eq!(ask.many("filter[type]"), Some(vec!["a", "b", "c", "d"]));
        assert!(ask.with("y") && !ask.with("z") && ask.wants("id", "5"));
        assert_eq!(ask.number("limit", 50), Ok(7));
        assert!(ask.only_filters(&["type"]).is_ok() && ask.only_filters(&["id"]).is_err());
        let ask = Ask::of("/x?filter[updated_at][from]=5&filter[updated_at][to]=9&limit=0");
        assert_eq!(ask.range("updated_at"), Ok((5, 9)));
        assert!(ask.number("limit", 50).is_err() && ask.many("filter[updated_at]").is_none());
    }
}
