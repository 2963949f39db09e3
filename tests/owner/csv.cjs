// Opens tables as anybody would in DuckDB, with nothing said of what is in them, and prints what it made of each.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const [tools, ...tables] = process.argv.slice(2);
const library = require.resolve('@duckdb/duckdb-wasm/dist/duckdb-node-blocking.cjs', { paths: [tools] });
const { NODE_RUNTIME, VoidLogger, createDuckDB } = require(library);

async function main() {
  const mainModule = path.join(path.dirname(library), 'duckdb-mvp.wasm');
  const database = await createDuckDB({ mvp: { mainModule, mainWorker: '' } }, new VoidLogger(), NODE_RUNTIME);
  await database.instantiate(() => {});
  database.open({});
  const connection = database.connect();
  // A count is a BIGINT; those of a demo company are exact as doubles, too.
  const asked = sql => connection.query(sql).toArray().map(row =>
    Object.values(row.toJSON()).map(cell => typeof cell === 'bigint' ? Number(cell) : cell));
  console.log(JSON.stringify(tables.map(table => {
    database.registerFileBuffer('days.csv', fs.readFileSync(table));
    return {
      columns: asked("select column_name, column_type from (describe from 'days.csv')"),
      rows: asked("select columns(*)::text from 'days.csv'"),
      counts: asked(`select day::text, pipeline::text, figure, sum(value)::bigint from 'days.csv'
        where slice = 'all' and figure like 'n.%' group by all order by all`),
      managers: asked(`select key, sum(value)::bigint from 'days.csv'
        where slice = 'managers' and pipeline is null and figure = 'n.active' group by all order by all`),
    };
  })));
}

main();
