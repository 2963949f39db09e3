//! Many open deals at once, told in bodies of many items: what a large company has open at the end of a day.

use super::hours::{DAY, utc_text};
use super::roster::PHONE;
use super::{Company, Delivery, UserKind};

/// Items of one body.
const ITEMS: u64 = 50;
/// Facts that tell of each deal of a crowd: its state, its task, its contact.
pub const CROWD_FACTS: u64 = 3;

/// Deals that stand open, each with a contact and a task.
#[derive(Debug, Clone, Copy)]
pub struct Crowd {
    /// The first deal's id; contacts and tasks go by the same number.
    pub first: u64,
    /// How many there are.
    pub deals: u64,
    /// The moment about which they came in, in Unix seconds.
    pub since: i64,
    /// The moment at which tasks are due, in Unix seconds: of deal `n` it is `n % days` days later.
    pub due: i64,
    /// Days over which the deadlines are spread, at least one.
    pub days: u64,
}

impl Crowd {
    /// What tells of the crowd, in an order in which deals come before what belongs to them.
    pub fn deliveries<'a>(&'a self, company: &'a Company) -> impl Iterator<Item = Delivery> + 'a {
        let blocks = (self.first..self.first + self.deals).step_by(usize::try_from(ITEMS).unwrap_or(1));
        blocks.flat_map(move |first| {
            let ids = first..(first + ITEMS).min(self.first + self.deals);
            let form = |item: fn(&Self, &Company, u64) -> Vec<(&'static str, String)>, name: &str| {
                let mut body = format!("account%5Bid%5D={}", company.crm_id);
                for (at, id) in ids.clone().enumerate() {
                    for (key, value) in item(self, company, id) {
                        body += &format!("&{name}%5Badd%5D%5B{at}%5D{key}={value}");
                    }
                }
                Delivery { at: self.since, body }
            };
            [form(Self::lead, "leads"), form(Self::task, "task"), form(Self::contact, "contacts")]
        })
    }

    fn lead(&self, company: &Company, id: u64) -> Vec<(&'static str, String)> {
        let pipeline = pick(&company.pipelines, id);
        let stage = pipeline.and_then(|pipeline| pick(&pipeline.stages, id / 3)).map_or(0, |stage| stage.id);
        let by = manager(company, id);
        vec![
            ("%5Bid%5D", id.to_string()),
            ("%5Bstatus_id%5D", stage.to_string()),
            ("%5Bprice%5D", (id % 90 * 1000).to_string()),
            ("%5Bresponsible_user_id%5D", by.to_string()),
            ("%5Bcreated_user_id%5D", by.to_string()),
            ("%5Bdate_create%5D", self.since.to_string()),
            ("%5Blast_modified%5D", self.since.to_string()),
            ("%5Bpipeline_id%5D", pipeline.map_or(0, |pipeline| pipeline.id).to_string()),
        ]
    }

    fn task(&self, company: &Company, id: u64) -> Vec<(&'static str, String)> {
        let due = self.due + i64::try_from(id % self.days.max(1)).unwrap_or(0) * DAY;
        let (made, due) = (utc_text(self.since).replace(' ', "+"), utc_text(due).replace(' ', "+"));
        let by = manager(company, id);
        vec![
            ("%5Bid%5D", id.to_string()),
            ("%5Belement_id%5D", id.to_string()),
            ("%5Belement_type%5D", "2".to_owned()),
            ("%5Btask_type%5D", "1".to_owned()),
            ("%5Bdate_create%5D", made.clone()),
            ("%5Blast_modified%5D", made),
            ("%5Btext%5D", "call".to_owned()),
            ("%5Bstatus%5D", "0".to_owned()),
            ("%5Bcreated_user_id%5D", by.to_string()),
            ("%5Bresponsible_user_id%5D", by.to_string()),
            ("%5Bcomplete_till%5D", due),
        ]
    }

    fn contact(&self, company: &Company, id: u64) -> Vec<(&'static str, String)> {
        let by = manager(company, id);
        vec![
            ("%5Bid%5D", id.to_string()),
            ("%5Bname%5D", "Client".to_owned()),
            ("%5Bresponsible_user_id%5D", by.to_string()),
            ("%5Bcreated_user_id%5D", by.to_string()),
            ("%5Bdate_create%5D", self.since.to_string()),
            ("%5Blast_modified%5D", self.since.to_string()),
            ("%5Bcustom_fields%5D%5B0%5D%5Bid%5D", PHONE.to_string()),
            ("%5Bcustom_fields%5D%5B0%5D%5Bcode%5D", "PHONE".to_owned()),
            (
                "%5Bcustom_fields%5D%5B0%5D%5Bvalues%5D%5B0%5D%5Bvalue%5D",
                format!("%2B7916{:07}", id % 10_000_000),
            ),
            ("%5Blinked_leads_id%5D%5B0%5D%5BID%5D", id.to_string()),
            ("%5Btype%5D", "contact".to_owned()),
        ]
    }
}

fn manager(company: &Company, id: u64) -> u64 {
    let people: Vec<_> = company.users.iter().filter(|user| user.kind == UserKind::Person).collect();
    pick(&people, id).map_or(0, |user| user.id)
}

fn pick<T>(all: &[T], n: u64) -> Option<&T> {
    let many = u64::try_from(all.len()).unwrap_or(u64::MAX).max(1);
    all.get(usize::try_from(n % many).unwrap_or(0))
}
