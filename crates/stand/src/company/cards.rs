//! What managers write into a deal's card.

use super::dealings::Deal;
use super::entities::{Value, What};
use super::hours::{self, DAY, HOUR};
use super::life::Life;
use super::roster::{BUDGET_CONFIRMED, COMMENT, DECISION_MAKER, NEXT_CONTACT, PAYMENT, SOURCE};

impl Life<'_> {
    /// Fields that a tidy manager would have filled by this stage.
    pub(super) fn fill(&mut self, deal: &mut Deal) {
        let before = (deal.lead.price, deal.lead.values.clone());
        let (owner, at) = (deal.owner, deal.at);
        if deal.lead.price.is_none() {
            let junk = self.dice.chance(80).then_some(1);
            deal.lead.price = if self.is_orderly(owner, at) { Some(self.price()) } else { junk };
        }
        let expected = [SOURCE, NEXT_CONTACT, COMMENT, DECISION_MAKER, BUDGET_CONFIRMED, PAYMENT];
        for field in expected.into_iter().take(1 + deal.steps()) {
            if deal.lead.values.contains_key(&field) && field != NEXT_CONTACT {
                continue;
            }
            let value = if self.is_orderly(owner, at) {
                Some(self.good_value(field, at))
            } else {
                self.junk_value(field, at)
            };
            if let Some(value) = value {
                deal.lead.values.insert(field, value);
            }
        }
        if before != (deal.lead.price, deal.lead.values.clone()) {
            deal.at += self.dice.between(20, 400);
            deal.touch(owner.user);
            self.tell(deal.at, What::LeadUpdated(deal.lead.clone(), None));
        }
    }

    pub(super) fn good_value(&mut self, field: u64, at: i64) -> Value {
        match field {
            SOURCE => Value::Choice(self.dice.pick(&[0, 1, 3, 4])),
            NEXT_CONTACT => {
                let wait = self.dice.between(8, 45) * HOUR;
                Value::Date(hours::midnight(hours::later(at, wait, None)))
            }
            BUDGET_CONFIRMED => Value::Ticked,
            PAYMENT => Value::Radio(self.dice.pick(&[0, 0, 1, 2])),
            DECISION_MAKER => Value::Text(
                self.dice.pick(&["Директор", "Главный инженер", "Начальник закупок", "Собственник"]).into(),
            ),
            _ => Value::Text(
                self.dice
                    .pick(&[
                        "Нужны образцы до конца недели",
                        "Сравнивает трёх поставщиков",
                        "Просит отсрочку 14 дней",
                    ])
                    .into(),
            ),
        }
    }

    /// What is typed to get past a field, if anything.
    fn junk_value(&mut self, field: u64, at: i64) -> Option<Value> {
        if !self.dice.chance(500) {
            return None;
        }
        match field {
            NEXT_CONTACT => Some(Value::Date(hours::midnight(at) - self.dice.between(1, 9) * DAY)),
            DECISION_MAKER | COMMENT => {
                Some(Value::Text(self.dice.pick(&["-", "нет", "123", ".", "—"]).into()))
            }
            _ => None,
        }
    }
}
