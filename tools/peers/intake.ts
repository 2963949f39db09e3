// The intake of webhooks as a good engineer writes it in an afternoon: Hono, qs, and an object with SQLite for each
// account. A webhook's address is checked, its body is stored once, and what it tells becomes rows, durable before the
// answer.
//
// What the Worker does besides, and this does not: limits on load and on the shape of a body, a quarantine for what
// cannot be read, addresses that can be changed, the account's policy (which fields are judged how), phones and e-mails
// as keyed hashes, facts known again in another body, moves, clocks, figures, publishing.
import { DurableObject } from "cloudflare:workers";
import { Hono } from "hono";
import { bearerAuth } from "hono/bearer-auth";
import { parse } from "qs";

type Env = { ACCOUNT: DurableObjectNamespace<AccountObject>; OPERATOR_KEY: string };
type Item = Record<string, any>;
type Fact = { kind: string; subject: string; at: number; by: string; what: object };

const BODY_CHARS_MAX = 1 << 20;
// A field's value lies at depth 8; the standard is 5.
const FORM = { depth: 12, arrayLimit: 200, parameterLimit: 10_000 };
const TABLES = `
  CREATE TABLE IF NOT EXISTS bodies (
    n INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, at INTEGER NOT NULL, body TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS facts (
    kind TEXT NOT NULL, subject TEXT NOT NULL, body INTEGER NOT NULL, n INTEGER NOT NULL,
    at INTEGER NOT NULL, by TEXT NOT NULL, what TEXT NOT NULL,
    PRIMARY KEY (kind, subject, body, n)
  ) STRICT, WITHOUT ROWID;
`;

export class AccountObject extends DurableObject<Env> {
  private sql: SqlStorage;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.sql = state.storage.sql;
    this.sql.exec(TABLES);
  }

  async deliver(body: string): Promise<{ facts: number }> {
    const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(body));
    const now = Math.floor(Date.now() / 1000);
    return this.ctx.storage.transactionSync(() => {
      const kept = this.sql.exec<{ n: number }>(
        "INSERT INTO bodies (hash, at, body) VALUES (?, ?, ?) ON CONFLICT DO NOTHING RETURNING n",
        hash,
        now,
        body,
      );
      const [row] = kept.toArray();
      if (row === undefined) return { facts: 0 };
      const facts = factsOf(parse(body, FORM) as Item, now);
      facts.forEach(({ kind, subject, at, by, what }, n) => {
        this.sql.exec(
          "INSERT INTO facts (kind, subject, body, n, at, by, what) VALUES (?, ?, ?, ?, ?, ?, ?)",
          kind,
          subject,
          row.n,
          n,
          at,
          by,
          JSON.stringify(what),
        );
      });
      return { facts: facts.length };
    });
  }

  kept(): { bodies: number; facts: number } {
    const count = "SELECT (SELECT count(*) FROM bodies) AS bodies, (SELECT count(*) FROM facts) AS facts";
    return this.sql.exec<{ bodies: number; facts: number }>(count).one();
  }
}

function factsOf(form: Item, now: number): Fact[] {
  const facts: Fact[] = [];
  for (const [entity, actions] of Object.entries(form)) {
    if (entity === "account" || typeof actions !== "object") continue;
    for (const [action, items] of Object.entries(actions as Item)) {
      for (const item of Object.values(items as Item)) {
        const fact = factOf(entity, action, item, now);
        if (fact !== undefined) facts.push(fact);
      }
    }
  }
  return facts;
}

function factOf(entity: string, action: string, item: Item, now: number): Fact | undefined {
  const fact = (kind: string, subject: string, what: object, by = item.modified_user_id): Fact => {
    const at = Number(item.updated_at ?? item.last_modified ?? item.created_at ?? item.date_create) || now;
    return { kind, subject, at, by: by ?? "", what };
  };
  if (action === "note") {
    const note = item.note ?? item;
    return fact(entity, note.element_id, { note: note.note_type, told: note.text?.length }, note.created_by);
  }
  if (action === "delete" && entity !== "unsorted") return fact(entity, item.id, { deleted: true });
  switch (entity) {
    case "leads":
      return fact("leads", item.id, {
        action,
        created: item.date_create ?? item.created_at,
        pipeline: item.pipeline_id,
        stage: item.status_id,
        before: item.old_status_id,
        responsible: item.responsible_user_id,
        price: item.price,
        fields: verdicts(item.custom_fields),
      });
    case "contacts":
    case "companies": {
      const deals = Object.values<any>(item.linked_leads_id ?? {}).map((lead) => lead.ID ?? lead);
      return fact("contacts", item.id, { deals, fields: verdicts(item.custom_fields) });
    }
    case "task": {
      const due = item.complete_before ?? item.complete_till;
      const { element_id: deal, responsible_user_id: responsible, task_type: type, status } = item;
      return fact("task", item.id, { deal, due, responsible, type, done: status === "1" }, item.modified_by);
    }
    case "unsorted":
      return fact("unsorted", item.uid, { action: item.action ?? action, deal: item.lead_id, pipeline: item.pipeline_id });
    case "message":
    case "outgoing_message": {
      const out = entity === "outgoing_message" || item.type === "outgoing";
      const author = out ? (item.created_by ?? item.author?.id) : "client";
      const what = { id: item.id, out, contact: item.contact_id, bot: item.author?.type === "bot" };
      return fact("leads", item.entity_id ?? item.element_id ?? item.contact_id, what, author);
    }
    case "talk":
      return fact("talk", item.talk_id ?? item.id, { deal: item.entity_id, open: item.is_in_work === "1" });
  }
}

const PLACEHOLDERS = new Set(["-", "--", "нет", "тест", "test", "n/a", "none", "null", "?", "123", "qwerty"]);

// Of texts only whether they say anything.
function verdicts(fields: Item = {}): Record<string, string> {
  const known: Record<string, string> = {};
  for (const { id, values } of Object.values<Item>(fields)) {
    const all = Object.values<any>(values ?? {});
    known[id] = all.some((value) => value.enum !== undefined || isSensible(String(value.value ?? value))) ? "filled" : "junk";
  }
  return known;
}

function isSensible(text: string): boolean {
  const plain = text.trim().toLowerCase();
  return plain !== "" && !PLACEHOLDERS.has(plain) && !/^(.)\1*$/u.test(plain);
}

let key: Promise<CryptoKey> | undefined;

function signingKey(env: Env): Promise<CryptoKey> {
  const raw = new TextEncoder().encode(env.OPERATOR_KEY);
  return (key ??= crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]));
}

const hex = (bytes: ArrayBuffer) =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const fromHex = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));

const app = new Hono<{ Bindings: Env }>();

app.get("/health", (c) => c.json({}));

app.post("/hooks/:account/:signature", async (c) => {
  const { account, signature } = c.req.param();
  const named = new TextEncoder().encode(account);
  if (!(await crypto.subtle.verify("HMAC", await signingKey(c.env), fromHex(signature), named))) return c.notFound();
  const body = await c.req.text();
  if (body.length > BODY_CHARS_MAX) return c.json({ error: "the body is too large" }, 413);
  return c.json(await c.env.ACCOUNT.getByName(account).deliver(body));
});

app.use("/accounts/*", (c, next) => bearerAuth({ token: c.env.OPERATOR_KEY })(c as any, next));

app.post("/accounts/:account", async (c) => {
  const account = c.req.param("account");
  const signature = await crypto.subtle.sign("HMAC", await signingKey(c.env), new TextEncoder().encode(account));
  return c.json({ hook_path: `/hooks/${account}/${hex(signature)}` });
});

app.get("/accounts/:account", async (c) => c.json(await c.env.ACCOUNT.getByName(c.req.param("account")).kept()));

export default app;
