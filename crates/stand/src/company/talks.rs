//! How managers and clients reach each other: calls, chats and mail.

use super::dealings::Deal;
use super::entities::{About, Call, Mail, Message, Note, NoteKind, Talk, What};
use super::hours::{self, HOUR, MINUTE};
use super::ids::Kind;
use super::life::{Life, Way};

impl Life<'_> {
    /// The first answer to a new lead; false when nobody ever gives one.
    pub(super) fn answer(&mut self, deal: &mut Deal) -> bool {
        let way = deal.way;
        match way {
            Way::Chat => self.client_writes(deal),
            Way::Mail => self.mail(deal, true),
            Way::Call if self.take_call(deal) => return true,
            _ => {}
        }
        if !self.is_orderly(deal.owner, deal.at) && self.dice.chance(450) {
            return false;
        }
        let delay = self.reply_secs(deal.owner, deal.at);
        self.wait(deal, delay);
        if !self.is_recorded(deal) {
            return true;
        }
        match way {
            Way::Chat if self.dice.chance(850) => self.write_back(deal),
            Way::Mail => self.mail(deal, false),
            _ if self.dice.chance(180) && !deal.contact.email.is_empty() => self.mail(deal, false),
            _ => self.dial_until_reached(deal),
        }
        true
    }

    pub(super) fn communicate(&mut self, deal: &mut Deal) {
        let pause = self.dice.spread(40 * MINUTE);
        self.wait(deal, pause);
        if deal.way == Way::Chat && self.dice.chance(750) {
            return self.chat(deal);
        }
        match self.dice.between(0, 99) {
            0..=64 => self.dial_until_reached(deal),
            65..=74 => {
                let _ = self.take_call(deal);
            }
            _ if deal.contact.email.is_empty() => self.dial_until_reached(deal),
            75..=84 => self.mail(deal, true),
            _ => self.mail(deal, false),
        }
    }

    /// A question and its answer; now and then the talk is closed over an open question.
    fn chat(&mut self, deal: &mut Deal) {
        for _ in 0..self.dice.between(1, 2) {
            self.client_writes(deal);
            if !self.is_orderly(deal.owner, deal.at) && self.dice.chance(300) {
                continue;
            }
            let delay = self.reply_secs(deal.owner, deal.at) / 2;
            self.wait(deal, delay);
            self.write_back(deal);
        }
        if self.dice.chance(350)
            && let Some(mut talk) = deal.talk.take()
        {
            deal.at += self.dice.between(60, 900);
            talk.updated_at = deal.at;
            self.tell(deal.at, What::TalkClosed(talk));
        }
    }

    fn client_writes(&mut self, deal: &mut Deal) {
        let talk = match deal.talk.take() {
            Some(talk) => talk,
            None => self.open_talk(deal),
        };
        let text = self.dice.pick(&[
            "Добрый день! Сколько стоит и когда отгрузите?",
            "Здравствуйте, вышлите, пожалуйста, прайс",
            "Есть ли в наличии?",
            "А если возьмём две паллеты?",
            "Счёт получили, спасибо",
        ]);
        let author = format!("client-{}", deal.contact.id);
        let message = self.new_message(&talk, deal.at, text, author, &deal.contact.name);
        self.tell(deal.at, What::MessageReceived(message));
        if self.progress(deal.at) >= 450 && !(9..18).contains(&hours::hour(deal.at)) {
            let text = "Мы получили ваше сообщение и ответим утром";
            let message = self.new_message(&talk, deal.at + 2, text, "0".into(), "Salesbot");
            self.tell(deal.at + 2, What::MessageSent(message));
        }
        deal.at += 3;
        deal.talk = Some(talk);
    }

    fn write_back(&mut self, deal: &mut Deal) {
        let Some(talk) = deal.talk.clone() else { return };
        let text = self.dice.pick(&[
            "Добрый день! Уже считаю, отвечу через 10 минут",
            "Отправил предложение на почту",
            "Да, есть на складе, отгрузим завтра",
            "Подскажите, какой объём нужен в месяц?",
        ]);
        let user = deal.owner.user.to_string();
        let message = self.new_message(&talk, deal.at, text, user, deal.owner.name);
        self.tell(deal.at, What::MessageSent(message));
    }

    fn open_talk(&mut self, deal: &Deal) -> Talk {
        let talk = Talk {
            id: self.ids.take(Kind::Talk, deal.at),
            chat: self.dice.uuid(),
            origin: self.dice.pick(&["telegram", "telegram", "waba", "avito"]),
            contact: deal.contact.id,
            lead: deal.lead.id,
            opened_at: deal.at,
            updated_at: deal.at,
        };
        self.tell(deal.at, What::TalkOpened(talk.clone()));
        talk
    }

    fn new_message(
        &mut self,
        talk: &Talk,
        at: i64,
        text: &'static str,
        author: String,
        name: &str,
    ) -> Message {
        Message { id: self.dice.uuid(), talk: talk.clone(), at, text, author, author_name: name.to_owned() }
    }

    /// The client calls; true when somebody takes the call.
    fn take_call(&mut self, deal: &mut Deal) -> bool {
        let there = hours::is_working_day(deal.at)
            && deal.owner.away.is_none_or(|(l, b)| deal.at < l || b <= deal.at);
        let taken = there && (self.is_orderly(deal.owner, deal.at) || self.dice.chance(600));
        let (duration, status) = if taken { (self.dice.spread(110) + 5, 4) } else { (0, 6) };
        self.call(deal, duration, status, true);
        taken
    }

    fn dial_until_reached(&mut self, deal: &mut Deal) {
        for _ in 0..2 {
            let reached = self.dice.chance(680);
            let (duration, status) =
                if reached { (self.dice.spread(120) + 8, 4) } else { (0, self.dice.pick(&[6, 6, 7])) };
            self.call(deal, duration, status, false);
            if reached || self.dice.chance(300) {
                return;
            }
            let pause = self.dice.spread(HOUR);
            self.wait(deal, pause);
        }
    }

    /// A call is written down when it ends.
    fn call(&mut self, deal: &mut Deal, duration_secs: i64, status: u8, income: bool) {
        deal.at += duration_secs + 1;
        let call = Call { uniq: self.dice.hex(16), phone: deal.contact.phone.clone(), duration_secs, status };
        let linked = !deal.contact.leads.is_empty();
        let about = if linked && self.dice.chance(300) {
            About::Contact(deal.contact.id)
        } else {
            About::Lead(deal.lead.id)
        };
        let kind = if income { NoteKind::CallIn(call) } else { NoteKind::CallOut(call) };
        self.note(deal, about, deal.owner.user, kind);
    }

    fn mail(&mut self, deal: &mut Deal, income: bool) {
        let mail = Mail {
            thread: self.dice.between(10_000_000, 99_999_999).to_string(),
            message: self.dice.between(10_000_000, 99_999_999).to_string(),
            income,
            client: deal.contact.name.clone(),
            client_email: deal.contact.email.clone(),
            subject: self.dice.pick(&["Коммерческое предложение", "Re: расчёт упаковки", "Счёт на оплату"]),
        };
        let by = if income { 0 } else { deal.owner.user };
        self.note(deal, About::Lead(deal.lead.id), by, NoteKind::Mail(mail));
    }

    pub(super) fn note(&mut self, deal: &Deal, about: About, by: u64, what: NoteKind) {
        let id = self.ids.take(Kind::Note, deal.at);
        let note = Note { id, about, by, responsible: deal.owner.user, at: deal.at, what };
        self.tell(deal.at, What::Noted(note));
    }
}
