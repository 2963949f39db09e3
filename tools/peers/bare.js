// The floor of any intake that is durable: an object that inserts the body, and nothing more.
export class AccountObject {
  constructor(state) {
    this.sql = state.storage.sql;
    this.sql.exec("CREATE TABLE IF NOT EXISTS raw (n INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT");
  }

  async fetch(request) {
    this.sql.exec("INSERT INTO raw (body) VALUES (?)", await request.arrayBuffer());
    return new Response("{}");
  }
}

export default {
  async fetch(request, env) {
    if (request.method === "GET") return new Response("{}");
    return env.ACCOUNT.get(env.ACCOUNT.idFromName("one")).fetch(request);
  },
};
