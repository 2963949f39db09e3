// Business time, Monday to Friday from 9 to 18, no holidays: the questions of crates/core/benches/calendar.rs.
"use strict";

process.env.TZ = "UTC";
const dayjs = require("dayjs");
const moment = require("moment-business-time");
const { measure } = require("./row.cjs");

dayjs.extend(require("dayjs-business-time"));
const hours = [{ start: "09:00:00", end: "18:00:00" }];
const week = ["monday", "tuesday", "wednesday", "thursday", "friday"];
dayjs.setBusinessTime({
  sunday: null,
  saturday: null,
  ...Object.fromEntries(week.map((day) => [day, hours])),
});
const working = ["09:00:00", "18:00:00"];
const workinghours = { 0: null, 1: working, 2: working, 3: working, 4: working, 5: working, 6: null };
moment.updateLocale("en", { workinghours });

const FROM = "2026-01-05T10:00:00Z";
const UNTIL = "2026-07-06T15:30:00Z";
const MINUTES = 70_530;
const LATER = "2026-01-20T11:00:00.000Z";

const BETWEEN = "business time, between moments six months apart";
const ADD = "business time, add 100 h";
const between = {
  "dayjs-business-time 1.0.4": () => dayjs(FROM).businessTimeDiff(dayjs(UNTIL), "minutes"),
  "moment-business-time 2.0.0": () => moment(UNTIL).workingDiff(moment(FROM), "minutes"),
};
const add = {
  "dayjs-business-time 1.0.4": () => dayjs(FROM).addBusinessTime(100, "hours"),
  "moment-business-time 2.0.0": () => moment(FROM).addWorkingTime(100, "hours"),
};
for (const [name, ask] of Object.entries(between)) {
  if (Math.abs(ask()) !== MINUTES) throw new Error(`${name}: ${ask()} minutes, not ${MINUTES}`);
  measure(BETWEEN, `${name}, in Node`, 2, ask);
}
for (const [name, ask] of Object.entries(add)) {
  const at = ask().toDate().toISOString();
  if (at !== LATER) throw new Error(`${name}: ${at}, not ${LATER}`);
  measure(ADD, `${name}, in Node`, 2, ask);
}
