//! The company's days: who asks for what, when, and whose lead it becomes.

use std::collections::{BTreeMap, VecDeque};

use super::Company;
use super::dealings::Deal;
use super::dice::Dice;
use super::entities::{Contact, Happening, Lead, Request, RequestKind, Tag, Value, Verdict, What};
use super::hours::{self, DAY, HOUR, MINUTE};
use super::ids::{Ids, Kind};
use super::roster::{self, Manager, REPEAT, SALES, SERVICE, SOURCE, UTM_SOURCE};

/// How a deal comes into the CRM.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// A form of the site's, through the list of unsorted leads.
    Form,
    /// The site's own integration, straight into the pipeline.
    Site,
    Chat,
    Call,
    Mail,
    /// A manager enters a new customer.
    Manual,
    /// A manager enters the next order of an old customer.
    Repeat,
    /// A manager enters a deal that was already made elsewhere.
    Afterwards,
    /// The old spreadsheet, in one evening.
    Import,
}

impl Way {
    pub(super) fn is_inbound(self) -> bool {
        matches!(self, Way::Form | Way::Site | Way::Chat | Way::Call | Way::Mail)
    }
}

pub(super) struct Life<'a> {
    pub(super) dice: Dice,
    pub(super) ids: Ids,
    pub(super) until: i64,
    company: &'a Company,
    since: i64,
    staff: Vec<Manager>,
    clients: Vec<Contact>,
    told: Vec<Happening>,
}

/// Everything that happens from `since` up to `until`.
pub(crate) fn live(seed: u64, company: &Company, since: i64, until: i64) -> Vec<Happening> {
    live_of(seed, company, since, until, 1000)
}

/// As [`live`], where of a thousand clients only so many come.
pub(crate) fn live_of(seed: u64, company: &Company, since: i64, until: i64, clients: i64) -> Vec<Happening> {
    let mut fewer = Dice::new(seed ^ 0x6665_7765);
    let mut life = Life {
        dice: Dice::new(seed),
        ids: Ids::new(since),
        until,
        company,
        since,
        staff: roster::managers(since, until),
        clients: Vec::new(),
        told: Vec::new(),
    };
    let mut day = since;
    let import = hours::later(since + DAY, 0, None);
    while day < until {
        let mut arrivals = life.arrivals(day);
        if day == hours::midnight(import) {
            let evening = day + 19 * HOUR + 22 * MINUTE;
            arrivals.extend((0..26).map(|n| (evening + 2 * n, Way::Import)));
        }
        arrivals.retain(|_| clients >= 1000 || fewer.chance(clients));
        arrivals.sort_by_key(|&(at, _)| at);
        for (at, way) in arrivals {
            life.enter(at, way);
        }
        day += DAY;
    }
    life.told.retain(|happening| happening.at < until);
    life.told
}

impl Life<'_> {
    pub(super) fn tell(&mut self, at: i64, what: What) {
        self.told.push(Happening { at, what });
    }

    /// How far the change has come at `at`, per mille.
    pub(super) fn progress(&self, at: i64) -> i64 {
        ((at - self.since) * 1000 / (self.until - self.since).max(1)).clamp(0, 1000)
    }

    /// Whoever gets the next lead; a vacation does not take one off the list, a dismissal does.
    pub(super) fn assign(&mut self, at: i64) -> Manager {
        let present = self.staff.iter().filter(|m| m.leaves.is_none_or(|left| at < left));
        let present: Vec<Manager> = present.copied().collect();
        let mut draw = self.dice.between(0, present.iter().map(|m| m.share).sum::<i64>() - 1);
        let drawn = present.iter().find(|m| {
            draw -= m.share;
            draw < 0
        });
        drawn.or(present.last()).copied().unwrap_or_default()
    }

    pub(super) fn road(&self, pipeline: u64) -> VecDeque<u64> {
        let pipeline = self.company.pipelines.iter().find(|p| p.id == pipeline);
        pipeline.into_iter().flat_map(|p| &p.stages).map(|stage| stage.id).collect()
    }

    fn arrivals(&mut self, day: i64) -> Vec<(i64, Way)> {
        let working = hours::is_working_day(day);
        let plan: &[(Way, i64, i64)] = if working {
            &[
                (Way::Form, 4, 6),
                (Way::Site, 1, 2),
                (Way::Chat, 2, 3),
                (Way::Call, 2, 3),
                (Way::Mail, 0, 1),
                (Way::Manual, 1, 2),
                (Way::Repeat, 1, 1),
                (Way::Afterwards, 0, 1),
            ]
        } else {
            &[(Way::Form, 1, 2), (Way::Site, 0, 1), (Way::Chat, 0, 2)]
        };
        let mut arrivals = Vec::new();
        for &(way, low, high) in plan {
            for _ in 0..self.dice.between(low, high) {
                let hour = self.hour_of_day(way, working);
                arrivals.push((day + hour * HOUR + self.dice.between(0, HOUR - 1), way));
            }
        }
        arrivals
    }

    fn hour_of_day(&mut self, way: Way, working: bool) -> i64 {
        const ROUND_THE_CLOCK: [i64; 24] =
            [2, 1, 1, 1, 1, 1, 1, 2, 4, 9, 12, 12, 10, 5, 10, 10, 9, 8, 5, 4, 4, 3, 3, 2];
        const WEEKEND: [i64; 24] = [1, 1, 0, 0, 0, 0, 0, 1, 2, 3, 5, 6, 6, 5, 5, 5, 5, 5, 5, 6, 6, 5, 3, 2];
        const OFFICE: [i64; 24] =
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 12, 12, 10, 3, 10, 11, 10, 8, 0, 0, 0, 0, 0, 0];
        let weights = match way {
            _ if !working => WEEKEND,
            Way::Form | Way::Site | Way::Chat | Way::Mail => ROUND_THE_CLOCK,
            _ => OFFICE,
        };
        let mut draw = self.dice.between(0, weights.iter().sum::<i64>() - 1);
        let hours = (0..).zip(weights).find(|&(_, weight)| {
            draw -= weight;
            draw < 0
        });
        hours.map_or(12, |(hour, _)| hour)
    }

    fn enter(&mut self, at: i64, way: Way) {
        let owner = self.assign(at);
        let pipeline = if way == Way::Repeat { REPEAT } else { SALES };
        let created_by = match way {
            Way::Form | Way::Chat | Way::Mail | Way::Call => 0,
            Way::Site => SERVICE,
            Way::Import => roster::HEAD,
            Way::Manual | Way::Repeat | Way::Afterwards => owner.user,
        };
        let mut road = self.road(pipeline);
        let stage = road.pop_front().unwrap_or_default();
        let lead = Lead {
            id: self.ids.take(Kind::Lead, at),
            name: self.lead_name(way),
            pipeline,
            stage,
            price: None,
            responsible: owner.user,
            created_by,
            created_at: at,
            modified_by: created_by,
            modified_at: at,
            tags: Vec::new(),
            values: self.values_at_entry(way, owner, at),
        };
        let contact = self.client(way, at, &lead);
        let mut deal = Deal::new(way, lead, contact, owner, road);
        match way {
            Way::Form | Way::Mail => {
                if !self.enter_unsorted(&mut deal) {
                    return;
                }
            }
            Way::Import => self.enter_imported(&mut deal),
            _ => self.tell(at, What::LeadAdded(deal.lead.clone())),
        }
        self.tell_client(&mut deal);
        self.work(deal);
    }

    fn lead_name(&mut self, way: Way) -> String {
        let goods = self.dice.pick(&[
            "стрейч-плёнка",
            "гофрокороба",
            "паллетный борт",
            "скотч с логотипом",
            "мешки 50 кг",
            "воздушно-пузырьковая плёнка",
            "пакеты с замком",
        ]);
        match way {
            _ if self.dice.chance(60) => String::new(),
            Way::Form | Way::Site => "Заявка с сайта".into(),
            Way::Call => "Входящий звонок".into(),
            Way::Chat => "Обращение из чата".into(),
            Way::Mail => "Письмо на общий ящик".into(),
            Way::Repeat => format!("Повтор: {goods}"),
            Way::Manual | Way::Afterwards | Way::Import => {
                format!("Поставка: {goods}, {} шт.", 50 * self.dice.between(1, 60))
            }
        }
    }

    fn values_at_entry(&mut self, way: Way, owner: Manager, at: i64) -> BTreeMap<u64, Value> {
        let mut values = BTreeMap::new();
        let automatic = matches!(way, Way::Form | Way::Site | Way::Chat | Way::Call);
        let known = if automatic { self.dice.chance(880) } else { self.is_orderly(owner, at) };
        if known {
            let source = match way {
                Way::Form | Way::Site | Way::Mail => 0,
                Way::Call => 1,
                Way::Chat => 2,
                Way::Repeat => 5,
                Way::Manual | Way::Afterwards | Way::Import => self.dice.pick(&[1, 3, 3, 4]),
            };
            values.insert(SOURCE, Value::Choice(source));
        }
        if matches!(way, Way::Form | Way::Site) && self.dice.chance(700) {
            let utm = self.dice.pick(&["yandex", "yandex", "google", "vk", "telegram", "rassylka"]);
            values.insert(UTM_SOURCE, Value::Text(utm.into()));
        }
        values
    }

    /// True when the lead is taken into the pipeline.
    fn enter_unsorted(&mut self, deal: &mut Deal) -> bool {
        let at = deal.at;
        let utm_source = match deal.lead.values.get(&UTM_SOURCE) {
            Some(Value::Text(utm)) => Some(utm.clone()),
            _ => None,
        };
        let kind = match deal.way {
            Way::Mail => RequestKind::Mail {
                subject: "Запрос коммерческого предложения"
            },
            _ => RequestKind::Form { utm_source },
        };
        let uid = self.dice.hex(60);
        let request = Request {
            uid: uid.clone(),
            lead: deal.lead.id,
            lead_name: deal.lead.name.clone(),
            pipeline: deal.lead.pipeline,
            at,
            from: deal.contact.clone(),
            kind: kind.clone(),
        };
        self.tell(at, What::UnsortedAdded(request));
        if deal.way == Way::Form && self.dice.chance(400) {
            self.tell(at + 1, What::LeadAdded(deal.lead.clone()));
            return true;
        }
        let looked_at = self.reply_secs(deal.owner, at) / 2;
        self.wait(deal, looked_at);
        if self.dice.chance(30) {
            return false;
        }
        let by = deal.owner.user;
        let verdict = Verdict { uid, lead: deal.lead.id, by, requested_at: at, kind };
        if self.dice.chance(60) {
            self.tell(deal.at, What::UnsortedDeclined(verdict));
            return false;
        }
        self.tell(deal.at, What::UnsortedAccepted(verdict));
        deal.touch(by);
        self.tell(deal.at, What::LeadAdded(deal.lead.clone()));
        true
    }

    fn enter_imported(&mut self, deal: &mut Deal) {
        for _ in 0..self.dice.between(0, 4) {
            deal.lead.stage = deal.road.pop_front().unwrap_or(deal.lead.stage);
        }
        deal.lead.price = Some(self.price());
        deal.lead.tags.push(Tag { id: 80_211, name: "импорт из таблицы" });
        self.tell(deal.at, What::LeadAdded(deal.lead.clone()));
    }

    pub(super) fn price(&mut self) -> i64 {
        self.dice.spread(180_000) / 500 * 500 + 5_000
    }

    /// The person behind a deal: known, new, or known and entered once more.
    fn client(&mut self, way: Way, at: i64, lead: &Lead) -> Contact {
        let known = (0..).zip(&self.clients).filter(|(_, client)| client.modified_at < at);
        let known: Vec<usize> = known.map(|(place, _)| place).collect();
        let old = self.clients.get(self.dice.pick(&known)).cloned().unwrap_or_default();
        let by_chance = way.is_inbound() && way != Way::Mail && self.dice.chance(50);
        let again = way == Way::Repeat || by_chance;
        if again && !known.is_empty() {
            return old;
        }
        let copied = !known.is_empty() && self.dice.chance(70);
        let number = self.dice.between(1, 9_999_999);
        let given =
            self.dice.pick(&["Алексей", "Ирина", "Сергей", "Ольга", "Дмитрий", "Наталья", "Павел", "Елена"]);
        let surname =
            self.dice.pick(&["Закупко", "Складенко", "Снабженко", "Заказко", "Тароненко", "Договорко"]);
        let firm = self.dice.pick(&["romashka", "lyutik", "vasilek", "oduvan", "klever", "podsolnuh"]);
        let junk = matches!(way, Way::Manual | Way::Afterwards) && self.dice.chance(150);
        Contact {
            id: self.ids.take(Kind::Contact, at),
            name: format!("{given} {surname}"),
            phone: match copied {
                true => old.phone,
                false if junk => self.dice.pick(&["12345", "-", "нет"]).into(),
                false => format!("7946{number:07}"),
            },
            email: if way == Way::Mail || self.dice.chance(600) {
                format!("zakupki{number}@{firm}.example")
            } else {
                String::new()
            },
            responsible: lead.responsible,
            created_by: lead.created_by,
            created_at: at,
            modified_by: lead.created_by,
            modified_at: at,
            ..Contact::default()
        }
    }

    /// The contact and its link to the deal; an integration forgets one now and then.
    fn tell_client(&mut self, deal: &mut Deal) {
        let contact = &mut deal.contact;
        let is_new = contact.leads.is_empty();
        if deal.way == Way::Site && is_new && self.dice.chance(60) {
            return;
        }
        let mut tell = |at, what| self.told.push(Happening { at, what });
        if is_new {
            contact.created_at = deal.at;
            contact.modified_at = deal.at;
            tell(deal.at, What::ContactAdded(contact.clone()));
        }
        contact.leads.push(deal.lead.id);
        contact.modified_at = deal.at + 1;
        tell(deal.at + 1, What::ContactUpdated(contact.clone()));
        self.clients.retain(|known| known.id != contact.id);
        self.clients.push(contact.clone());
        if is_new && self.dice.chance(350) {
            let flower = self.dice.pick(&["Ромашка", "Лютик", "Василёк", "Одуванчик", "Клевер", "Подсолнух"]);
            let company = Contact {
                id: self.ids.take(Kind::Contact, deal.at + 1),
                is_company: true,
                name: format!("ООО «{flower}-{}»", self.dice.between(1, 99)),
                phone: String::new(),
                email: String::new(),
                leads: vec![deal.lead.id],
                created_at: deal.at + 1,
                ..deal.contact.clone()
            };
            self.tell(deal.at + 1, What::ContactAdded(company));
        }
    }
}
